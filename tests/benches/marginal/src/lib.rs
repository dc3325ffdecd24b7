//! What one more call costs, in instructions and allocations.
//!
//! A case is run twice in a child process under valgrind, with two numbers of calls; the difference
//! is exact and the same on every run, however busy the machine is.

use std::{
    env,
    error::Error,
    process::{Command, ExitCode},
};

/// A case by its name, and what runs it a number of times.
pub type Case = (&'static str, fn(usize));

const FEW: usize = 1_500;
const MANY: usize = 2_500;

/// The cost of one call.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Instructions executed.
    pub instructions: i64,
    /// Blocks allocated; growing one counts, too.
    pub allocations: i64,
}

/// Runs the cases and prints a table of their cost over the first one's.
///
/// Arguments pick cases by name. Fails when a case costs more than its limit, a number of instructions
/// and of allocations over the first case.
pub fn main(cases: &[Case], limits: &[(&str, i64, i64)]) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [flag, name, calls] = &arguments[..] {
        if flag == "--run" {
            let case = cases.iter().find(|(known, _)| known == name);
            if let (Some((_, run)), Ok(calls)) = (case, calls.parse()) {
                run(calls);
            }
            return ExitCode::SUCCESS;
        }
    }
    match table(cases, limits, &arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("no measurement: {error}");
            ExitCode::FAILURE
        }
    }
}

fn table(cases: &[Case], limits: &[(&str, i64, i64)], picked: &[String]) -> Result<bool, Box<dyn Error>> {
    let (base, rest) = cases.split_first().ok_or("no cases")?;
    let bare = measure(base.0)?;
    println!("{:<40} {:>12} {:>12}", "case", "instructions", "allocations");
    println!("{:<40} {:>12} {:>12}", base.0, bare.instructions, bare.allocations);
    let mut good = true;
    for (name, _) in rest {
        if !picked.is_empty() && !picked.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let cost = measure(name)?;
        let over = (cost.instructions - bare.instructions, cost.allocations - bare.allocations);
        let mut note = String::new();
        if let Some((_, instructions, allocations)) = limits.iter().find(|(known, ..)| known == name) {
            let holds = over.0 <= *instructions && over.1 <= *allocations;
            good &= holds;
            note = format!("  {} {instructions}, {allocations}", if holds { "within" } else { "OVER" });
        }
        println!("{name:<40} {:>+12} {:>+12}{note}", over.0, over.1);
    }
    Ok(good)
}

/// The cost of one call of a case.
fn measure(name: &str) -> Result<Cost, Box<dyn Error>> {
    let per_call = |tool: &[&str], before: &str| -> Result<i64, Box<dyn Error>> {
        let few = valgrind(tool, before, name, FEW)?;
        let many = valgrind(tool, before, name, MANY)?;
        Ok(((many - few) as f64 / (MANY - FEW) as f64).round() as i64)
    };
    Ok(Cost {
        instructions: per_call(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], "Collected : ")?,
        allocations: per_call(&["--tool=memcheck", "--leak-check=no"], "total heap usage: ")?,
    })
}

/// Runs a case under valgrind and reads the number after `before` from what that says.
fn valgrind(tool: &[&str], before: &str, name: &str, calls: usize) -> Result<i64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(tool)
        .arg(env::current_exe()?)
        .args(["--run", name, &calls.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{name}: {said}").into());
    }
    let number = said.split(before).nth(1).ok_or("valgrind says no number")?;
    let digits: String = number.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    Ok(digits.parse()?)
}
