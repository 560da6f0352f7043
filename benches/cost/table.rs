//! The table.

use std::process::ExitCode;

use crate::figures::{Bound, Figure};

impl Figure {
    fn is_broken(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.value > bound,
            Bound::Reported => false,
        }
    }

    fn row(&self) -> String {
        let (bound, verdict) = match self.bound {
            Bound::AtMost(bound) if self.is_broken() => (format!("<= {bound}"), "BROKEN"),
            Bound::AtMost(bound) => (format!("<= {bound}"), "ok"),
            Bound::Reported => ("-".to_owned(), "reported"),
        };
        let Self {
            name,
            ours,
            peer,
            value,
            ..
        } = self;
        format!(
            "| {name:<50} | {ours:>9.1} | {peer:>13.1} | {value:>7.3} | {bound:>7} | {verdict:<8} |\n"
        )
    }
}

pub(crate) fn table(figures: &[Figure]) -> String {
    let head = format!(
        "| {:<50} | {:>9} | {:>13} | {:>7} | {:>7} | {:<8} |\n",
        "figure", "ours", "floor or peer", "ratio", "bound", ""
    );
    let line = format!(
        "| {:-<50} | {:->8}: | {:->12}: | {:->6}: | {:->6}: | {:-<8} |\n",
        "", "", "", "", "", ""
    );
    let rows = figures.iter().map(Figure::row);
    [head, line].into_iter().chain(rows).collect()
}

pub(crate) fn verdict(figures: &[Figure]) -> ExitCode {
    if figures.iter().any(Figure::is_broken) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
