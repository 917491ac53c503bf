//! What to count: which columns are indicators, weights, the design of the survey, and the keys of subgroups.

use crate::survey::{ColumnKind, SurveyColumn};
use crate::words::{Told, told};
use std::sync::Arc;
use vuon_measure::cube::Sampling;
use vuon_measure::weighting::MOST_INDICATORS;

/// What to count, by names of columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CubeSpec {
    /// The indicators, in the order of the bits: yes where deprived.
    pub indicators: Vec<String>,
    /// Indicators with a cardinal gap, and the column of the gap: the normalised shortfall (z − x)/z, 0 to 1. It is read
    /// only in rows that are deprived in the indicator.
    pub gaps: Vec<(String, String)>,
    /// The sampling weight.
    pub weight: Option<String>,
    /// The number of persons, by which the weight is multiplied.
    pub size: Option<String>,
    /// The stratum.
    pub strata: Option<String>,
    /// The primary sampling unit. Units are nested in strata: the same label in two strata names two units.
    pub psu: Option<String>,
    /// The finite population correction, the same in all rows of a stratum: how many primary sampling units the
    /// population has in the stratum, or which share of them was drawn (then 1 at most, in all strata).
    pub fpc: Option<String>,
    /// Columns that tell subgroups.
    pub keys: Vec<String>,
    /// The survey round.
    pub round: Option<String>,
    /// The year of the round, decimals allowed; one for each round.
    pub year: Option<String>,
    /// Whether the table lists everybody, so that there is no sampling error.
    pub register: bool,
}

/// The places of the columns of a [`CubeSpec`] in a batch.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub columns: Vec<SurveyColumn>,
    pub names: Vec<Arc<str>>,
    pub indicators: Vec<usize>,
    /// The place of the indicator among the indicators, and that of the column.
    pub gaps: Vec<(usize, usize)>,
    pub weight: Option<usize>,
    pub size: Option<usize>,
    pub strata: Option<usize>,
    pub psu: Option<usize>,
    pub fpc: Option<usize>,
    pub keys: Vec<usize>,
    pub round: Option<usize>,
    pub year: Option<usize>,
    pub sampling: Sampling,
}

impl CubeSpec {
    /// The columns that are read, each once, in the order that a batch must have them.
    ///
    /// # Errors
    /// Names that do not go together.
    pub fn columns(&self) -> Result<Vec<SurveyColumn>, Told> {
        Plan::new(self).map(|plan| plan.columns)
    }

    /// How the rows were chosen.
    pub fn sampling(&self) -> Sampling {
        match (self.register, &self.psu) {
            (true, _) => Sampling::Register,
            (false, Some(_)) => Sampling::Clusters,
            (false, None) => Sampling::Elements,
        }
    }

    /// What a weight is.
    pub fn weight_name(&self) -> String {
        match (&self.weight, &self.size) {
            (None, None) => "rows".to_owned(),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (Some(weight), Some(size)) => format!("{weight} × {size}"),
        }
    }
}

impl Plan {
    /// A plan for so many columns, of which nothing is known yet.
    pub fn empty(columns: usize, sampling: Sampling) -> Self {
        let blank = SurveyColumn { name: String::new(), kind: ColumnKind::Label };
        Self {
            columns: vec![blank; columns],
            names: Vec::new(),
            indicators: Vec::new(),
            gaps: Vec::new(),
            weight: None,
            size: None,
            strata: None,
            psu: None,
            fpc: None,
            keys: Vec::new(),
            round: None,
            year: None,
            sampling,
        }
    }

    /// The plan for a specification.
    pub fn new(spec: &CubeSpec) -> Result<Self, Told> {
        if spec.indicators.is_empty() || spec.indicators.len() > MOST_INDICATORS {
            let count = spec.indicators.len();
            return Err(told(
                format!("có {count} chỉ số; phép đo cần từ 1 đến {MOST_INDICATORS}"),
                format!("{count} indicators; a measure has 1 to {MOST_INDICATORS}"),
            ));
        }
        Self::of_rows(spec)
    }

    /// The plan for a specification that may have no indicators: rows can be checked by it, but not counted.
    pub fn of_rows(spec: &CubeSpec) -> Result<Self, Told> {
        let twice = |names: &[String]| {
            names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)).map(|(_, n)| n.clone())
        };
        if let Some(name) = twice(&spec.indicators).or_else(|| twice(&spec.keys)) {
            return Err(told(format!("`{name}` được nêu hai lần"), format!("`{name}` is named twice")));
        }
        if spec.register && (spec.strata.is_some() || spec.psu.is_some() || spec.fpc.is_some()) {
            return Err(told(
                "dữ liệu toàn bộ thì không có tầng, đơn vị chọn mẫu hay hệ số hiệu chỉnh tổng thể hữu hạn",
                "a table of everybody has no strata, sampling units or finite population correction",
            ));
        }
        let mut columns: Vec<SurveyColumn> = Vec::new();
        let mut place = |name: &String, kind: ColumnKind| {
            columns.iter().position(|column| column.name == *name && column.kind == kind).unwrap_or_else(|| {
                columns.push(SurveyColumn { name: name.clone(), kind });
                columns.len() - 1
            })
        };
        let indicators: Vec<usize> = spec.indicators.iter().map(|name| place(name, ColumnKind::Flag)).collect();
        let mut gaps: Vec<(usize, usize)> = Vec::new();
        for (indicator, column) in &spec.gaps {
            let Some(j) = spec.indicators.iter().position(|name| name == indicator) else {
                return Err(told(
                    format!("có độ thiếu hụt cho `{indicator}`, nhưng đó không phải là chỉ số"),
                    format!("there is a gap for `{indicator}`, which is not an indicator"),
                ));
            };
            if gaps.iter().any(|(other, _)| *other == j) {
                return Err(told(
                    format!("`{indicator}` có hai cột độ thiếu hụt"),
                    format!("`{indicator}` has two columns of gaps"),
                ));
            }
            gaps.push((j, place(column, ColumnKind::Number)));
        }
        gaps.sort_unstable();
        let weight = spec.weight.as_ref().map(|name| place(name, ColumnKind::Number));
        let size = spec.size.as_ref().map(|name| place(name, ColumnKind::Number));
        let strata = spec.strata.as_ref().map(|name| place(name, ColumnKind::Label));
        let psu = spec.psu.as_ref().map(|name| place(name, ColumnKind::Label));
        let fpc = spec.fpc.as_ref().map(|name| place(name, ColumnKind::Number));
        let keys = spec.keys.iter().map(|name| place(name, ColumnKind::Label)).collect();
        let round = spec.round.as_ref().map(|name| place(name, ColumnKind::Label));
        let year = spec.year.as_ref().map(|name| place(name, ColumnKind::Number));
        let sampling = spec.sampling();
        let names = columns.iter().map(|column| column.name.as_str().into()).collect();
        Ok(Self { columns, names, indicators, gaps, weight, size, strata, psu, fpc, keys, round, year, sampling })
    }

    /// The columns whose changes end a run, each once: labels, and what must not change within a stratum or round.
    pub fn of_runs(&self) -> Vec<usize> {
        let labels = [self.round, self.strata, self.psu].into_iter().flatten().chain(self.keys.iter().copied());
        let mut places: Vec<usize> = Vec::new();
        for place in labels.chain([self.fpc, self.year].into_iter().flatten()) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}
