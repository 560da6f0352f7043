//! The figures, and the bounds that they have to keep.

use std::{collections::HashMap, ops::Index};

use crate::{
    counts::{self, Counts},
    scenario::Scenario,
    support::request::{LARGE, MEDIUM},
};

/// One row of the table.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) ours: f64,
    /// The floor or the peer.
    pub(crate) peer: f64,
    /// What is compared with the bound: a ratio or a difference.
    pub(crate) value: f64,
    pub(crate) bound: Bound,
}

#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    /// Not ours to keep: a release of a peer must not break our gate.
    Reported,
}

/// The counts of all scenarios.
struct All(HashMap<&'static str, Counts>);

impl Index<&str> for All {
    type Output = Counts;

    fn index(&self, scenario: &str) -> &Counts {
        &self.0[scenario]
    }
}

pub(crate) fn measure() -> Result<Vec<Figure>, String> {
    let counts = Scenario::names().map(|name| Ok((name, counts::count(name)?)));
    let counts = All(counts.collect::<Result<_, String>>()?);
    let mut figures = allocations(&counts);
    figures.extend(instructions(&counts));
    figures.extend(per_byte(&counts));
    Ok(figures)
}

fn allocations(counts: &All) -> Vec<Figure> {
    let more = |name, ours: &str, peer: &str, bound| {
        let (ours, peer) = (counts[ours].allocations, counts[peer].allocations);
        Figure {
            name,
            ours,
            peer,
            value: ours - peer,
            bound,
        }
    };
    let (layer, collect, decode) = (
        counts["layer"].allocations,
        counts["collect"].allocations,
        counts["decode"].allocations,
    );
    vec![
        more(
            "allocations over collect, 464 B",
            "layer",
            "collect",
            Bound::AtMost(13.0),
        ),
        Figure {
            name: "  of these, neither decode nor the boxed handling",
            ours: layer,
            peer: collect + decode + 1.0,
            value: layer - collect - decode - 1.0,
            bound: Bound::AtMost(0.0),
        },
        more(
            "allocations, Handlers over bare service",
            "handlers",
            "layer",
            Bound::AtMost(3.0),
        ),
        more(
            "allocations, refused over a constant 403",
            "layer-refuses",
            "refuse",
            Bound::AtMost(0.0),
        ),
        more(
            "allocations, GET passing to the app",
            "app-get-in-layer",
            "app-get",
            Bound::AtMost(0.0),
        ),
        more(
            "allocations, POST passing to the app",
            "app-post-in-layer",
            "app-post",
            Bound::AtMost(0.0),
        ),
        more(
            "allocations, by hand over ours, 464 B",
            "by-hand",
            "layer",
            Bound::Reported,
        ),
    ]
}

fn instructions(counts: &All) -> Vec<Figure> {
    let ratio = |name, ours: &str, peer: &str, bound| {
        let (ours, peer) = (counts[ours].instructions, counts[peer].instructions);
        Figure {
            name,
            ours,
            peer,
            value: ours / peer,
            bound,
        }
    };
    // How many times as much the peer costs.
    let inverse = |name, ours: &str, peer: &str| {
        let (ours, peer) = (counts[ours].instructions, counts[peer].instructions);
        Figure {
            name,
            ours,
            peer,
            value: peer / ours,
            bound: Bound::Reported,
        }
    };
    vec![
        ratio(
            "instructions to collect, 464 B",
            "layer",
            "collect",
            Bound::AtMost(3.0),
        ),
        ratio(
            "instructions, Handlers to bare service",
            "handlers",
            "layer",
            Bound::AtMost(1.05),
        ),
        ratio(
            "instructions, GET passing to the app",
            "app-get-in-layer",
            "app-get",
            Bound::AtMost(1.03),
        ),
        ratio(
            "instructions, POST passing to the app",
            "app-post-in-layer",
            "app-post",
            Bound::AtMost(1.03),
        ),
        ratio(
            "instructions, refused to a constant 403",
            "layer-refuses",
            "refuse",
            Bound::Reported,
        ),
        ratio(
            "instructions, at a route of axum to mounted",
            "axum-layer",
            "layer",
            Bound::Reported,
        ),
        ratio(
            "instructions, message rewritten to acknowledged",
            "rewrite",
            "layer",
            Bound::Reported,
        ),
        inverse("by hand to ours, 464 B", "layer", "by-hand"),
        inverse("by hand to ours, 4 KiB", "layer-4k", "by-hand-4k"),
        inverse("by hand to ours, 64 KiB", "layer-64k", "by-hand-64k"),
        inverse(
            "by hand to ours, every element read, 464 B",
            "reader",
            "by-hand",
        ),
        inverse(
            "by hand to ours, every element read, 4 KiB",
            "reader-4k",
            "by-hand-4k",
        ),
        inverse(
            "by hand to ours, every element read, 64 KiB",
            "reader-64k",
            "by-hand-64k",
        ),
    ]
}

fn per_byte(counts: &All) -> Vec<Figure> {
    let slope = |medium: &str, large: &str| {
        (counts[large].instructions - counts[medium].instructions) / (LARGE - MEDIUM) as f64
    };
    let medium = counts["layer-4k"].instructions / MEDIUM as f64;
    let large = counts["layer-64k"].instructions / LARGE as f64;
    let ours = slope("layer-4k", "layer-64k");
    let reader = slope("reader-4k", "reader-64k");
    let by_hand = slope("by-hand-4k", "by-hand-64k");
    vec![
        Figure {
            name: "instructions per byte, 4 KiB to 64 KiB",
            ours,
            peer: by_hand,
            value: ours,
            bound: Bound::AtMost(32.0),
        },
        Figure {
            name: "  the same, every element read",
            ours: reader,
            peer: by_hand,
            value: reader,
            bound: Bound::Reported,
        },
        Figure {
            name: "instructions per byte, 64 KiB to 4 KiB",
            ours: large,
            peer: medium,
            value: large / medium,
            bound: Bound::AtMost(1.1),
        },
    ]
}
