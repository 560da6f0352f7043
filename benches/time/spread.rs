//! The ratios of all rounds.

use std::fmt;

pub(crate) struct Spread(Vec<f64>);

impl FromIterator<f64> for Spread {
    fn from_iter<T: IntoIterator<Item = f64>>(ratios: T) -> Self {
        let mut ratios: Vec<_> = ratios.into_iter().collect();
        ratios.sort_by(f64::total_cmp);
        Self(ratios)
    }
}

/// Median, lowest and highest, as cells of a table.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(ratios) = self;
        let (Some(lowest), Some(highest)) = (ratios.first(), ratios.last()) else {
            return f.write_str("- | - | -");
        };
        let median = ratios[ratios.len() / 2];
        write!(f, "{median:.2} | {lowest:.2} | {highest:.2}")
    }
}
