//! `dak completions`.

use clap::Args;
use clap_complete::Shell;

/// Prints a script that teaches a shell to complete `dak`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak completions bash > ~/.local/share/bash-completion/completions/dak
  dak completions fish > ~/.config/fish/completions/dak.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}
