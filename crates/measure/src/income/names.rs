//! What messages call columns, measures and parameters, in English and Vietnamese.

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Income per person.
    Income,
    /// The weight.
    Weight,
    /// The poverty line.
    Line,
    /// What a concentration curve cumulates.
    Amount,
}

impl Column {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Column::Income => ("income", "thu nhập"),
            Column::Weight => ("weight", "quyền số"),
            Column::Line => ("poverty line", "chuẩn nghèo"),
            Column::Amount => ("the amount shared", "lượng được phân chia"),
        }
    }
}

/// What is estimated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Measure {
    /// Σ w and Σ w y.
    Total,
    /// The mean income.
    Mean,
    /// P0.
    Headcount,
    /// P1.
    Gap,
    /// P2.
    SquaredGap,
    /// P of another α.
    Fgt,
    /// P1/P0.
    IncomeGapRatio,
    /// The share of a part in the poverty of a whole.
    Contribution,
    /// Watts.
    Watts,
    /// Gini.
    Gini,
    /// The concentration index.
    ConcentrationIndex,
    /// GE(0).
    MeanLogDeviation,
    /// GE(1).
    Theil,
    /// GE of another α.
    Entropy,
    /// Atkinson.
    Atkinson,
    /// The Lorenz curve.
    LorenzCurve,
    /// A concentration curve.
    ConcentrationCurve,
    /// The income share of the poorest or richest.
    IncomeShare,
    /// The ratio of two income shares.
    ShareRatio,
    /// A quantile.
    Quantile,
    /// The share of people with no more than some income.
    ShareOfPeople,
    /// A function of other estimates.
    Function,
}

impl Measure {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Measure::Total => ("the sum of incomes", "tổng thu nhập"),
            Measure::Mean => ("the mean", "thu nhập bình quân"),
            Measure::Headcount => ("the headcount ratio P0", "tỷ lệ nghèo P0"),
            Measure::Gap => ("the poverty gap P1", "khoảng cách nghèo P1"),
            Measure::SquaredGap => ("the squared poverty gap P2", "bình phương khoảng cách nghèo P2"),
            Measure::Fgt => ("the FGT measure", "chỉ số FGT"),
            Measure::IncomeGapRatio => ("the income gap ratio", "tỷ lệ thiếu hụt thu nhập của người nghèo"),
            Measure::Contribution => ("a contribution to poverty", "mức đóng góp vào nghèo"),
            Measure::Watts => ("the Watts measure", "chỉ số Watts"),
            Measure::Gini => ("the Gini coefficient", "hệ số Gini"),
            Measure::ConcentrationIndex => ("the concentration index", "chỉ số tập trung"),
            Measure::MeanLogDeviation => ("the mean logarithmic deviation GE(0)", "độ lệch logarit trung bình GE(0)"),
            Measure::Theil => ("the Theil index GE(1)", "chỉ số Theil GE(1)"),
            Measure::Entropy => ("the generalized entropy", "chỉ số entropy tổng quát"),
            Measure::Atkinson => ("the Atkinson index", "chỉ số Atkinson"),
            Measure::LorenzCurve => ("the Lorenz curve", "đường cong Lorenz"),
            Measure::ConcentrationCurve => ("the concentration curve", "đường cong tập trung"),
            Measure::IncomeShare => ("a share of income", "tỷ trọng thu nhập"),
            Measure::ShareRatio => ("a ratio of income shares", "tỷ số giữa các tỷ trọng thu nhập"),
            Measure::Quantile => ("a quantile", "phân vị"),
            Measure::ShareOfPeople => ("a share of people", "tỷ lệ dân số"),
            Measure::Function => ("a function of estimates", "hàm của các ước lượng"),
        }
    }
}

/// What a formula is told besides the data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Parameter {
    /// α of FGT: 0 or more.
    Alpha,
    /// α of FGT where the line is estimated: 0, or 1 and more.
    AlphaUnderEstimatedLine,
    /// A line that is a share of incomes: above zero.
    RelativeLine,
    /// α of generalized entropy: any number.
    EntropyAlpha,
    /// ε of Atkinson: above zero.
    Epsilon,
    /// The width of a kernel: above zero.
    Bandwidth,
    /// How many standard errors a limit is away: above zero.
    CriticalValue,
}

impl Parameter {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Parameter::Alpha => ("α of FGT, which is 0 or more", "α của FGT (từ 0 trở lên)"),
            Parameter::AlphaUnderEstimatedLine => (
                "α of FGT under an estimated line, which is 0, or 1 and more",
                "α của FGT với chuẩn ước lượng (0 hoặc từ 1 trở lên)",
            ),
            Parameter::RelativeLine => {
                ("a relative poverty line, which is above zero", "chuẩn nghèo tương đối (lớn hơn 0)")
            }
            Parameter::EntropyAlpha => {
                ("α of generalized entropy, which is a number", "α của entropy tổng quát (một số thực)")
            }
            Parameter::Epsilon => ("ε of the Atkinson index, which is above zero", "ε của chỉ số Atkinson (lớn hơn 0)"),
            Parameter::Bandwidth => ("the width of a kernel, which is above zero", "độ rộng cửa sổ (lớn hơn 0)"),
            Parameter::CriticalValue => ("a critical value, which is above zero", "giá trị tới hạn (lớn hơn 0)"),
        }
    }
}

macro_rules! named {
    ($($named:ty),*) => {
        $(
            impl std::fmt::Display for $named {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.names().0)
                }
            }

            impl $named {
                /// The same in Vietnamese; [`ToString`] gives English.
                pub fn vietnamese(self) -> &'static str {
                    self.names().1
                }
            }
        )*
    };
}

named!(Column, Measure, Parameter);
