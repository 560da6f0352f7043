//! The figures, and the bounds that they have to keep: 3 % from what is reached, so that a
//! regression shows at once. An exact count leaves no room.

use std::collections::{HashMap, HashSet};

use crate::{
    counts::{self, Counts},
    scenario::Scenario,
    support::{
        Look, Request, Stack,
        request::{HUGE, LARGE, MEDIUM, SMALL},
    },
};

/// One row of the table.
pub(crate) struct Figure {
    pub(crate) name: String,
    measure: Measure,
    of: Scenario,
    /// The floor or the peer.
    over: Scenario,
    pub(crate) bound: Bound,
}

#[derive(Clone, Copy)]
enum Measure {
    /// How many more allocations a request takes.
    Allocations,
    /// How many times as many instructions a request takes.
    Instructions,
    /// The same without the allocator's, for stacks that are so close that the allocator
    /// would decide. They make the same allocations, which has a row of its own.
    BesideAllocator,
    /// How many more instructions each additional byte of the body takes.
    PerByte,
}

#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    /// For comparison only.
    Reported,
}
use Bound::{AtLeast, AtMost, Reported};

/// A figure, measured.
pub(crate) struct Measured {
    pub(crate) figure: Figure,
    pub(crate) of: f64,
    pub(crate) over: f64,
    pub(crate) value: f64,
}

const IGNORED: Stack = Stack::Layer(Look::Ignored);
const MODERATE: Stack = Stack::Layer(Look::Moderate);
const READ: Stack = Stack::Layer(Look::Read);

const SIZES: [(&str, usize); 4] = [
    ("464 B", SMALL),
    ("4 KiB", MEDIUM),
    ("12 KiB", LARGE),
    ("64 KiB", HUGE),
];

pub(crate) fn figures() -> Vec<Figure> {
    let mut figures = against_the_floor();
    figures.extend(per_byte());
    figures.extend(by_hand());
    figures.extend(elsewhere());
    figures.extend(events());
    figures.extend(observed());
    figures
}

fn against_the_floor() -> Vec<Figure> {
    let small = Request::After(SMALL);
    let huge = Request::After(HUGE);
    vec![
        instructions(
            "464 B ignored, to collect",
            (IGNORED, Stack::Collect),
            small,
            AtMost(2.82),
        ),
        instructions(
            "464 B moderate, to ignored",
            (MODERATE, IGNORED),
            small,
            AtMost(1.03),
        ),
        instructions(
            "464 B, Handlers to a bare service",
            (Stack::Handlers, IGNORED),
            small,
            AtMost(1.05),
        ),
        allocations(
            "464 B ignored, over collect",
            (IGNORED, Stack::Collect),
            small,
            AtMost(12.0),
        ),
        allocations(
            "464 B moderate, over ignored",
            (MODERATE, IGNORED),
            small,
            AtMost(0.0),
        ),
        allocations(
            "464 B, Handlers over a bare service",
            (Stack::Handlers, IGNORED),
            small,
            AtMost(1.0),
        ),
        allocations(
            "64 KiB moderate, over collect",
            (MODERATE, Stack::Collect),
            huge,
            AtMost(682.0),
        ),
    ]
}

fn per_byte() -> Vec<Figure> {
    let slope = |name: &str, stack, bound| Figure {
        name: format!("instructions a byte, {name}"),
        measure: Measure::PerByte,
        of: Scenario::new(stack, Request::After(HUGE)),
        over: Scenario::new(stack, Request::After(MEDIUM)),
        bound,
    };
    vec![
        slope("ignored", IGNORED, AtMost(20.0)),
        slope("moderate", MODERATE, AtMost(21.9)),
        slope("read", READ, AtMost(37.1)),
        slope("`bytes`", Stack::Bytes, Reported),
        slope("`json`", Stack::Json, Reported),
    ]
}

/// How many times as much the peers take.
fn by_hand() -> Vec<Figure> {
    let looks = [
        ("ignored", IGNORED, [1.65, 1.67, 1.64, 1.65]),
        ("moderate", MODERATE, [1.63, 1.56, 1.51, 1.50]),
        ("read", READ, [1.60, 1.07, 0.95, 0.90]),
    ];
    let mut figures = Vec::new();
    for (look, ours, bounds) in looks {
        for ((size, bytes), bound) in SIZES.into_iter().zip(bounds) {
            let name = format!("`bytes` to ours, {size} {look}");
            figures.push(instructions(
                &name,
                (Stack::Bytes, ours),
                Request::After(bytes),
                AtLeast(bound),
            ));
        }
    }
    for (size, bytes) in SIZES {
        let name = format!("`json` to ours, {size} moderate");
        figures.push(instructions(
            &name,
            (Stack::Json, MODERATE),
            Request::After(bytes),
            Reported,
        ));
    }
    figures.push(allocations(
        "`bytes` over ours, 464 B moderate",
        (Stack::Bytes, MODERATE),
        Request::After(SMALL),
        Reported,
    ));
    figures
}

/// Requests that are turned away, or not ours, and other ways of mounting and answering.
fn elsewhere() -> Vec<Figure> {
    let rejected = (IGNORED, Stack::Reject);
    let passing = (Stack::AppInLayer, Stack::App);
    let mut figures = vec![
        instructions(
            "rejected, to a constant 403",
            rejected,
            Request::Forged,
            AtMost(1.54),
        ),
        allocations(
            "rejected, over a constant 403",
            rejected,
            Request::Forged,
            AtMost(-1.0),
        ),
        compared(
            "instructions beside the allocator, GET passing, to the app".to_owned(),
            Measure::BesideAllocator,
            passing,
            Request::Get,
            AtMost(1.04),
        ),
        allocations(
            "GET passing, over the app",
            passing,
            Request::Get,
            AtMost(0.0),
        ),
        compared(
            "instructions beside the allocator, POST passing, to the app".to_owned(),
            Measure::BesideAllocator,
            passing,
            Request::Post,
            AtMost(1.045),
        ),
        allocations(
            "POST passing, over the app",
            passing,
            Request::Post,
            AtMost(0.0),
        ),
        instructions(
            "464 B, at a route of axum to mounted",
            (Stack::AxumLayer, IGNORED),
            Request::After(SMALL),
            Reported,
        ),
    ];
    for (size, bytes) in SIZES {
        figures.push(Figure {
            name: format!("instructions, {size} rewritten, to ignored"),
            measure: Measure::Instructions,
            of: Scenario::new(Stack::Rewrite, Request::Before(bytes)),
            over: Scenario::new(IGNORED, Request::After(bytes)),
            bound: Reported,
        });
    }
    figures
}

/// Events of TRTC, what taking them costs a webhook, and what many apps cost both.
fn events() -> Vec<Figure> {
    let small = Request::After(SMALL);
    let event = (Stack::Both, Stack::Collect);
    let many = (Stack::ManyApps, Stack::Both);
    vec![
        instructions(
            "464 B, both protocols taken, to one",
            (Stack::Both, Stack::Handlers),
            small,
            AtMost(1.01),
        ),
        allocations(
            "464 B, both protocols taken, over one",
            (Stack::Both, Stack::Handlers),
            small,
            AtMost(0.0),
        ),
        instructions(
            "464 B, one of 10,000 apps, to the only one",
            many,
            small,
            AtMost(1.03),
        ),
        instructions(
            "an event, one of 10,000 apps, to the only one",
            many,
            Request::Event,
            AtMost(1.03),
        ),
        instructions("an event, to collect", event, Request::Event, AtMost(4.87)),
        allocations("an event, over collect", event, Request::Event, AtMost(5.0)),
    ]
}

/// What it costs to be seen. The recorder of the metrics measures time as it starts, so that its
/// instructions cannot be compared.
fn observed() -> Vec<Figure> {
    let small = Request::After(SMALL);
    let logged = (Stack::Logged, IGNORED);
    let measured = (Stack::Measured, IGNORED);
    vec![
        instructions("464 B, logged at DEBUG, to unseen", logged, small, Reported),
        allocations(
            "464 B, logged at DEBUG, over unseen",
            logged,
            small,
            Reported,
        ),
        allocations(
            "464 B, with metrics, over unseen",
            measured,
            small,
            Reported,
        ),
    ]
}

fn instructions(name: &str, stacks: (Stack, Stack), request: Request, bound: Bound) -> Figure {
    compared(
        format!("instructions, {name}"),
        Measure::Instructions,
        stacks,
        request,
        bound,
    )
}

fn allocations(name: &str, stacks: (Stack, Stack), request: Request, bound: Bound) -> Figure {
    compared(
        format!("allocations, {name}"),
        Measure::Allocations,
        stacks,
        request,
        bound,
    )
}

fn compared(
    name: String,
    measure: Measure,
    (of, over): (Stack, Stack),
    request: Request,
    bound: Bound,
) -> Figure {
    Figure {
        name,
        measure,
        of: Scenario::new(of, request),
        over: Scenario::new(over, request),
        bound,
    }
}

/// The scenario of this name.
pub(crate) fn scenario(name: &str) -> Option<Scenario> {
    let figures = figures();
    let mut scenarios = figures.iter().flat_map(|figure| [figure.of, figure.over]);
    scenarios.find(|scenario| scenario.to_string() == name)
}

/// Counts each scenario once, and works out all figures.
pub(crate) fn measure() -> Result<Vec<Measured>, String> {
    let figures = figures();
    let scenarios: HashSet<_> = figures
        .iter()
        .flat_map(|figure| [figure.of, figure.over])
        .collect();
    let counts = scenarios
        .into_iter()
        .map(|scenario| Ok((scenario, counts::count(scenario)?)))
        .collect::<Result<HashMap<_, _>, String>>()?;
    Ok(figures
        .into_iter()
        .map(|figure| figure.measured(&counts))
        .collect())
}

impl Figure {
    fn measured(self, counts: &HashMap<Scenario, Counts>) -> Measured {
        let (of, over) = (counts[&self.of], counts[&self.over]);
        let (of, over, value) = match self.measure {
            Measure::Allocations => (
                of.allocations,
                over.allocations,
                of.allocations - over.allocations,
            ),
            Measure::Instructions => (
                of.instructions,
                over.instructions,
                of.instructions / over.instructions,
            ),
            Measure::BesideAllocator => {
                let beside = |counts: Counts| counts.instructions - counts.allocator;
                (beside(of), beside(over), beside(of) / beside(over))
            }
            Measure::PerByte => {
                let bytes = self.of.request.size() - self.over.request.size();
                let more = of.instructions - over.instructions;
                (of.instructions, over.instructions, more / bytes as f64)
            }
        };
        Measured {
            figure: self,
            of,
            over,
            value,
        }
    }
}

impl Measured {
    pub(crate) fn is_broken(&self) -> bool {
        match self.figure.bound {
            AtMost(bound) => self.value > bound,
            AtLeast(bound) => self.value < bound,
            Reported => false,
        }
    }

    /// What may be lost before the bound is broken: per cent, or allocations.
    pub(crate) fn room(&self) -> Option<String> {
        let (less, more) = match self.figure.bound {
            AtMost(bound) => (self.value, bound),
            AtLeast(bound) => (bound, self.value),
            Reported => return None,
        };
        Some(match self.figure.measure {
            Measure::Allocations => format!("{:.0}", more - less),
            _ => format!("{:.1} %", (more / less - 1.0) * 100.0),
        })
    }
}
