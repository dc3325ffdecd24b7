//! The machine's figures under the limits of control groups, from prepared folders, and on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use secure_runtime::health::Health;
use secure_runtime::health::system::{Figures, Reader};

use crate::support::details;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("health/fixtures")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).unwrap()
        }
    }
}

/// Two samples ten seconds apart, of a folder that `change` has changed and of its state later.
fn figures(case: &str, change: impl FnOnce(&Path)) -> Figures {
    let root = tempfile::tempdir().unwrap();
    copy(&fixtures().join(case), root.path());
    change(root.path());
    let mut reader = Reader::new("/").with_root(root.path());
    let start = Instant::now();
    let first = reader.sample(start);
    assert_eq!(
        first.cpu_usage_percent(),
        None,
        "one sample says nothing of processors"
    );
    copy(&fixtures().join(format!("{case}.later")), root.path());
    reader.sample(start + Duration::from_secs(10))
}

#[track_caller]
fn assert_figures(case: &str, cpu: f64, memory: f64) {
    assert_changed_figures(case, |_| {}, cpu, memory);
}

#[track_caller]
fn assert_changed_figures(case: &str, change: impl FnOnce(&Path), cpu: f64, memory: f64) {
    let figures = figures(case, change);
    let near = |figure: Option<f64>, expected: f64| (figure.unwrap() - expected).abs() < 0.01;
    assert!(
        near(figures.cpu_usage_percent(), cpu),
        "{case}: {figures:?}, not {cpu}"
    );
    assert!(
        near(figures.memory_usage_percent(), memory),
        "{case}: {figures:?}, not {memory}"
    );
    assert!(figures.disk_free_bytes().is_some());
}

/// 1 s of processor in 10 s of half a processor; 192 MiB less 64 MiB of cache, of 256 MiB.
#[test]
fn version_2_in_a_container() {
    assert_figures("v2-container", 20.0, 50.0);
}

/// The unit has its own quota and no memory limit; its slice is nearer to both: 3 s of 20 s, 900 MB of 1 GB.
#[test]
fn version_2_with_limits_above() {
    assert_figures("v2-nested", 15.0, 90.0);
}

/// Two of eight processors: 1 s of 20 s. Memory is the host's.
#[test]
fn version_2_on_some_processors() {
    assert_figures("v2-cpuset", 5.0, 25.0);
}

/// 1.5 s in 10 s of one and a half processors; 384 MiB less 128 MiB of cache, of 512 MiB.
#[test]
fn version_1_under_docker() {
    assert_figures("v1-docker", 10.0, 50.0);
}

/// What is counted in another group than is limited says nothing of the limit: the host's processors.
#[test]
fn version_1_that_counts_elsewhere() {
    let elsewhere = |root: &Path| {
        let groups = "11:cpu:/docker/3f1c8a\n12:cpuacct:/\n10:memory:/docker/3f1c8a\n";
        fs::write(root.join("proc/self/cgroup"), groups).unwrap();
    };
    assert_changed_figures("v1-docker", elsewhere, 800.0 / 30.0, 50.0);
}

/// No limit anywhere: the host's 800 of 3000 ticks, and a quarter of its memory.
#[test]
fn both_versions_without_limits() {
    assert_figures("hybrid-unlimited", 800.0 / 30.0, 25.0);
}

#[test]
fn a_host_without_control_groups() {
    assert_figures("bare-host", 800.0 / 30.0, 25.0);
}

#[test]
fn nothing_to_read_is_nothing_known() {
    let root = tempfile::tempdir().unwrap();
    let mut reader = Reader::new("/nowhere").with_root(root.path());
    let now = Instant::now();
    reader.sample(now);
    assert_eq!(reader.sample(now + Duration::from_secs(1)), Figures::default());
}

/// The samples go on while nobody asks, and processors are known soon after the start.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn this_machine() {
    let health = Health::builder().start().unwrap();
    for _ in 0..3_000 {
        if health.system().cpu_usage_percent().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let figures = health.system();
    let percent = 0.0..=100.0;
    assert!(percent.contains(&figures.cpu_usage_percent().unwrap()));
    assert!(percent.contains(&figures.memory_usage_percent().unwrap()));
    assert!(figures.disk_free_gb().unwrap() > 0.0);
    assert!(details(&health)["checks"]["system"]["cpu_usage_percent"].is_number());
}

/// A file of numbers, of words, or of anything.
fn contents() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<u64>().prop_map(|number| format!("{number}\n").into_bytes()),
        (any::<u64>(), any::<u64>()).prop_map(|(a, b)| format!("{a} {b}\n").into_bytes()),
        "(max|-1|usage_usec 5|inactive_file 9|total_inactive_file 9|cpu  1 2 3 4|0-3)\n"
            .prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever stands in the files, figures are percentages or not known, and nothing panics.
    #[test]
    fn hostile_files(
        case in prop::sample::select(vec!["v2-container", "v2-nested", "v2-cpuset", "v1-docker", "hybrid-unlimited"]),
        replaced in proptest::collection::vec((any::<prop::sample::Index>(), contents()), 1..6),
        milliseconds in 0_u64..100_000,
    ) {
        let root = tempfile::tempdir().unwrap();
        copy(&fixtures().join(case), root.path());
        let mut reader = Reader::new("/").with_root(root.path());
        let start = Instant::now();
        reader.sample(start);
        let mut files = Vec::new();
        list(root.path(), &mut files);
        files.sort();
        for (index, contents) in replaced {
            fs::write(index.get(&files), contents).unwrap();
        }
        let figures = reader.sample(start + Duration::from_millis(milliseconds));
        for percent in [figures.cpu_usage_percent(), figures.memory_usage_percent()].into_iter().flatten() {
            prop_assert!((0.0..=100.0).contains(&percent), "{}", percent);
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files)
        } else {
            files.push(path)
        }
    }
}
