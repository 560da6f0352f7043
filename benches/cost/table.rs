//! The table.

use std::process::ExitCode;

use crate::figures::{Bound, Measured};

impl Measured {
    fn row(&self) -> String {
        let bound = match self.figure.bound {
            Bound::AtMost(bound) => format!("<= {bound}"),
            Bound::AtLeast(bound) => format!(">= {bound}"),
            Bound::Reported => "-".to_owned(),
        };
        let room = self.room();
        let verdict = match &room {
            _ if self.is_broken() => "BROKEN",
            Some(_) => "ok",
            None => "reported",
        };
        let room = room.as_deref().unwrap_or("-");
        let Self {
            figure,
            of,
            over,
            value,
        } = self;
        let name = &figure.name;
        format!(
            "| {name:<57} | {of:>9.0} | {over:>9.0} | {value:>8.3} | {bound:>8} | {room:>7} | {verdict:<8} |\n"
        )
    }
}

pub(crate) fn table(figures: &[Measured]) -> String {
    let head = format!(
        "| {:<57} | {:>9} | {:>9} | {:>8} | {:>8} | {:>7} | {:<8} |\n",
        "figure", "first", "second", "compared", "bound", "room", ""
    );
    let line = format!(
        "| {:-<57} | {:->8}: | {:->8}: | {:->7}: | {:->7}: | {:->6}: | {:-<8} |\n",
        "", "", "", "", "", "", ""
    );
    let rows = figures.iter().map(Measured::row);
    [head, line].into_iter().chain(rows).collect()
}

pub(crate) fn verdict(figures: &[Measured]) -> ExitCode {
    if figures.iter().any(Measured::is_broken) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
