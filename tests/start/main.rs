//! What a load accepts, a start accepts: settings of every kind, sound and broken, loaded and then built up to bound listeners.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![cfg(unix)]

mod service;
mod values;

use std::collections::BTreeSet;

use proptest::prelude::*;
use secure_config::{LoadError, Profile};

use service::Settings;
use values::{Choice, Files};

/// Loads these choices.
fn load(choices: &[&Choice], profile: Profile) -> Result<Settings, LoadError> {
    let vars = choices.iter().flat_map(|choice| choice.vars.iter().cloned());
    Settings::load_from(vars, profile)
}

/// The variables that the choices break.
fn broken(choices: &[&Choice], profile: Profile) -> BTreeSet<&'static str> {
    choices.iter().flat_map(|choice| choice.broken(profile)).collect()
}

/// The variables that a load refused.
fn refused(loaded: &Result<Settings, LoadError>) -> BTreeSet<&str> {
    match loaded {
        Ok(_) => BTreeSet::new(),
        Err(error) => error.problems().map(secure_config::Problem::key).collect(),
    }
}

/// A load refuses what is broken and nothing else, and a start builds everything of what it accepts.
fn agrees(choices: &[&Choice], profile: Profile) {
    let loaded = load(choices, profile);
    let vars: Vec<_> = choices.iter().flat_map(|choice| &choice.vars).collect();
    assert_eq!(refused(&loaded), broken(choices, profile), "{profile}: {vars:?}");
    // A second load of the same variables, as the start's after `config check`, reports the same.
    let report = |loaded: &Result<Settings, LoadError>| loaded.as_ref().err().map(ToString::to_string);
    assert_eq!(report(&load(choices, profile)), report(&loaded));
    if let Ok(settings) = loaded {
        let started = service::start(settings, profile);
        assert!(started.is_ok(), "{profile}: {started:?} with {vars:?}");
    }
}

const PROFILES: [Profile; 4] = [
    Profile::Development,
    Profile::Test,
    Profile::Staging,
    Profile::Production,
];

#[test]
fn each_broken_setting_is_refused_and_each_sound_one_starts() {
    let files = Files::new();
    for choice in values::all(&files).iter().flatten() {
        for profile in PROFILES {
            agrees(&[choice], profile);
        }
    }
}

#[test]
fn every_kind_of_setting_is_among_them() {
    let files = Files::new();
    let groups = values::all(&files);
    assert!(groups.iter().all(|group| {
        group
            .iter()
            .any(|choice| choice.broken(Profile::Production).is_empty())
    }));
    assert!(groups.iter().all(|group| {
        group
            .iter()
            .any(|choice| !choice.broken(Profile::Production).is_empty())
    }));
    let all: Vec<&Choice> = groups
        .iter()
        .filter_map(|group| {
            group
                .iter()
                .find(|choice| !choice.broken(Profile::Production).is_empty())
        })
        .collect();
    let broken = broken(&all, Profile::Production);
    assert!(broken.len() >= groups.len(), "{broken:?}");
    // All at once: one report has them all.
    agrees(&all, Profile::Production);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn check_and_start_agree(picks in proptest::collection::vec((0_usize..3, any::<prop::sample::Index>()), 32), profile in 0_usize..4) {
        let files = Files::new();
        let groups = values::all(&files);
        // A third of the groups is set; with many broken ones at once, soundness would be rare.
        let choices: Vec<&Choice> = groups.iter().zip(&picks)
            .filter(|(_, (set, _))| *set == 0)
            .map(|(group, (_, index))| &group[index.index(group.len())])
            .collect();
        agrees(&choices, PROFILES[profile]);
    }

    #[test]
    fn sound_settings_start_together(picks in proptest::collection::vec(any::<prop::sample::Index>(), 32), profile in 0_usize..4) {
        let files = Files::new();
        let groups = values::all(&files);
        let profile = PROFILES[profile];
        let choices: Vec<&Choice> = groups.iter().zip(&picks).map(|(group, index)| {
            let sound: Vec<&Choice> = group.iter().filter(|choice| choice.broken(profile).is_empty()).collect();
            sound[index.index(sound.len())]
        }).collect();
        agrees(&choices, profile);
    }
}
