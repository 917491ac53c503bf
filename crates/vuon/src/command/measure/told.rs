//! What the estimators refuse, in the user's language.

use anyhow::{Error, anyhow};
use vuon_measure::alkire_foster::EstimateError;
use vuon_measure::change::ChangeError;
use vuon_measure::cube::MergeError;
use vuon_measure::design::DesignError;
use vuon_measure::income::IncomeError;
use vuon_policy::model::Language;
use vuon_population::cube::SeriesError;

/// An error of an estimator in the user's language, with the option that helps; others as they are.
pub fn told(error: Error, language: Language) -> Error {
    if language == Language::En {
        let design = match error.downcast_ref::<EstimateError>() {
            Some(EstimateError::Design(error)) => Some(error),
            _ => error.downcast_ref::<DesignError>(),
        };
        return match design {
            Some(DesignError::Lonely(_)) => anyhow!("{error} (--lonely-psu)"),
            Some(DesignError::Population { .. }) => anyhow!("{error} (--fpc)"),
            None => error,
        };
    }
    let text = if let Some(error) = error.downcast_ref::<EstimateError>() {
        estimate(error)
    } else if let Some(error) = error.downcast_ref::<ChangeError>() {
        change(error)
    } else if let Some(error) = error.downcast_ref::<DesignError>() {
        design(error)
    } else if let Some(error) = error.downcast_ref::<IncomeError>() {
        error.vietnamese()
    } else {
        return error;
    };
    anyhow!(text)
}

fn design(error: &DesignError) -> String {
    match error {
        DesignError::Lonely(strata) => {
            let first: Vec<String> = strata.iter().take(5).map(ToString::to_string).collect();
            format!(
                "{} tầng chỉ có một đơn vị chọn mẫu cấp một ({}); hãy chọn cách xử lý: --lonely-psu adjust, average hoặc certainty",
                strata.len(),
                first.join(", ")
            )
        }
        DesignError::Population { label, drawn, population } => format!(
            "tầng {label} có {drawn} đơn vị chọn mẫu cấp một trong mẫu, nhưng chỉ có {population} trong tổng thể (--fpc)"
        ),
    }
}

fn estimate(error: &EstimateError) -> String {
    match error {
        EstimateError::Design(error) => design(error),
        EstimateError::Indicators { name, weights, indicators } => {
            format!("bộ quyền số `{name}` có {weights} quyền số, nhưng dữ liệu có {indicators} chỉ số")
        }
        EstimateError::Cutoffs => "các ngưỡng không tăng dần".to_owned(),
        EstimateError::NoGap(measure) => format!("{measure} cần một chỉ số có mức thiếu hụt đo được"),
    }
}

fn change(error: &ChangeError) -> String {
    match error {
        ChangeError::Estimate(error) => estimate(error),
        ChangeError::Years { from, to } => format!("kỳ sau ({to}) không muộn hơn kỳ trước ({from})"),
        ChangeError::Elements => {
            "hai kỳ liên kết (linked) cần cột đơn vị chọn mẫu cấp một (--psu) để biết đơn vị nào là một".to_owned()
        }
        ChangeError::Keys(keys) => format!("các kỳ không có cùng cột phân nhóm: {keys}"),
        ChangeError::Population(stratum) => {
            format!("tầng {stratum} có số đơn vị chọn mẫu cấp một trong tổng thể khác nhau giữa hai kỳ (--fpc)")
        }
    }
}

/// Why cubes cannot be added.
pub fn series(error: &SeriesError, language: Language) -> String {
    if language == Language::En {
        return error.to_string();
    }
    match error {
        SeriesError::Years(round, one, other) => {
            format!("kỳ {round} thuộc năm {one} ở khối này và năm {other} ở khối kia")
        }
        SeriesError::Cubes(round, MergeError::Population(stratum)) => {
            format!("kỳ {round}: tầng {stratum} có hai số đơn vị chọn mẫu cấp một trong tổng thể")
        }
        SeriesError::Cubes(round, MergeError::Rows) => {
            format!("kỳ {round}: một ô có quá 4.294.967.295 dòng")
        }
        SeriesError::Cubes(round, MergeError::Differ { what, left, right }) => {
            let what = match *what {
                "indicators" => "chỉ số",
                "weight" => "quyền số",
                "sampling" => "cách chọn mẫu",
                "keys" => "cột phân nhóm",
                _ => "chỉ số có mức thiếu hụt đo được",
            };
            format!("kỳ {round}: hai khối khác nhau về {what}: {left} và {right}")
        }
    }
}
