//! Every test, and what they need.

use std::ffi::OsString;
use std::path::Path;

use crate::failure::Failure;
use crate::shell;
use crate::steps::Steps;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// Which tests to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    long: bool,
    filter: Option<String>,
}

impl Plan {
    /// Reads what was typed behind `test`.
    pub(crate) fn parse(words: &[&str]) -> Result<Plan, Failure> {
        let mut plan = Plan::default();
        for &word in words {
            match word {
                "--long" => plan.long = true,
                _ if word.starts_with('-') => {
                    return Err(Failure::new(format!("test knows no option `{word}`")));
                }
                _ if plan.filter.is_some() => return Err(Failure::new("test takes one filter")),
                _ => plan.filter = Some(word.into()),
            }
        }
        Ok(plan)
    }
}

/// Installs the tools, builds the program, runs the tests against it.
pub(crate) fn run(workspace: &Workspace, steps: &mut Steps, plan: &Plan) {
    let variables = install(workspace, steps);
    steps.run("build", || shell::run(workspace.cargo().args(["build", "--locked", "--package", "dak"])));
    steps.run("tests", || {
        let mut command = workspace.cargo();
        command.args(["test", "--locked", "--workspace", "--no-fail-fast"]).args(&plan.filter);
        command.env("DAK_TEST_BIN", workspace.target.join("debug/dak")).envs(variables);
        if plan.long {
            command.env("DAK_TEST_LONG", "1");
        }
        shell::run(&mut command)
    });
}

/// Installs the tools; gives the environment variables that show tests where they are.
pub(crate) fn install(workspace: &Workspace, steps: &mut Steps) -> Vec<(&'static str, OsString)> {
    let mut variables = Vec::new();
    for tool in tools::ALL {
        steps.run(tool.name, || {
            variables.extend(variable(workspace, &tool)?);
            Ok(())
        });
    }
    variables
}

/// The environment variable that shows tests a tool; none if it is missing and may be.
fn variable(workspace: &Workspace, tool: &Tool) -> Result<Option<(&'static str, OsString)>, Failure> {
    let installed = (tool.install)(workspace);
    match installed {
        Ok(path) => Ok(Some((tool.variable, shown(&path)))),
        Err(failure) if tools::must_be_there() => Err(failure),
        Err(failure) => {
            println!("skipped: {failure}");
            Ok(None)
        }
    }
}

fn shown(path: &Path) -> OsString {
    println!("{}", path.display());
    path.into()
}

#[cfg(test)]
mod tests;
