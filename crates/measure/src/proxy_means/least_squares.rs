//! Weighted least squares: by Householder QR of the rows, and by Cholesky factors of sums for the many trials of
//! selection.

use super::design::Moments;
use nalgebra::{DMatrix, DVector};

/// A column whose part outside the columns before it is no longer than this share of its length follows from them.
const COLLINEAR: f64 = 1e-7;

/// Coefficients of a weighted least-squares fit.
#[derive(Clone, PartialEq, Debug)]
pub struct LeastSquares {
    /// For each column; `None` for one that follows from those before it, and counts as zero.
    pub coefficients: Vec<Option<f64>>,
}

/// Minimises Σ w (y − X β)² by Householder QR of √W X (Golub & Van Loan, *Matrix Computations*, section 5.3).
///
/// `design` has a row for each observation and a column for each regressor (a constant is a column of ones); `outcome` and
/// `weight` have an entry for each row. Columns that are collinear with earlier ones are left out.
///
/// # Panics
/// Where `outcome` or `weight` has another length than the rows of `design`.
pub fn least_squares(design: &DMatrix<f64>, outcome: &[f64], weight: &[f64]) -> LeastSquares {
    assert_eq!(design.nrows(), outcome.len(), "one outcome for each row");
    assert_eq!(design.nrows(), weight.len(), "one weight for each row");
    let root = DVector::from_iterator(weight.len(), weight.iter().map(|w| w.sqrt()));
    let mut scaled = design.clone();
    scaled.column_iter_mut().for_each(|mut column| column.component_mul_assign(&root));
    let target = DVector::from_column_slice(outcome).component_mul(&root);
    let mut kept: Vec<usize> = (0..design.ncols()).filter(|c| scaled.column(*c).norm() > 0.0).collect();
    loop {
        let part = scaled.select_columns(&kept);
        // A wide matrix has more columns than can be told apart; those beyond its rows follow from the others.
        let rank_limit = part.nrows();
        let qr = part.qr();
        let r = qr.r();
        let follows = (0..kept.len())
            .find(|c| *c >= rank_limit || r[(*c, *c)].abs() <= COLLINEAR * scaled.column(kept[*c]).norm());
        if let Some(column) = follows {
            kept.remove(column);
            continue;
        }
        let mut rotated = target.clone();
        qr.q_tr_mul(&mut rotated);
        let mut beta = rotated.rows(0, kept.len()).into_owned();
        r.solve_upper_triangular_mut(&mut beta);
        let mut coefficients = vec![None; design.ncols()];
        kept.iter().zip(beta.iter()).for_each(|(column, value)| coefficients[*column] = Some(*value));
        return LeastSquares { coefficients };
    }
}

/// A Cholesky factor of X′WX that grows by columns; those that follow from earlier ones are passed over.
#[derive(Clone)]
pub(super) struct Factor<'m> {
    moments: &'m Moments,
    columns: Vec<usize>,
    /// The rows of the lower factor.
    lower: Vec<Vec<f64>>,
    /// L⁻¹ X′Wy.
    forward: Vec<f64>,
}

impl<'m> Factor<'m> {
    /// A factor of the constant alone.
    pub fn new(moments: &'m Moments) -> Self {
        let mut factor = Self { moments, columns: Vec::new(), lower: Vec::new(), forward: Vec::new() };
        factor.push(0);
        factor
    }

    /// Takes a column in, unless it follows from those already in.
    pub fn push(&mut self, column: usize) {
        let length = self.moments.product(column, column);
        let mut row: Vec<f64> = Vec::with_capacity(self.columns.len() + 1);
        let mut rest = length;
        for (other, below) in self.columns.iter().zip(&self.lower) {
            let explained: f64 = row.iter().zip(below).map(|(a, b)| a * b).sum();
            let entry = (self.moments.product(column, *other) - explained) / below[row.len()];
            rest -= entry * entry;
            row.push(entry);
        }
        // Sums lose half of the digits that rows keep.
        if rest <= 1e-10 * length || length <= 0.0 {
            return;
        }
        let pivot = rest.sqrt();
        let explained: f64 = row.iter().zip(&self.forward).map(|(a, b)| a * b).sum();
        self.forward.push((self.moments.xy[column] - explained) / pivot);
        row.push(pivot);
        self.lower.push(row);
        self.columns.push(column);
    }

    /// The columns that are in.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Their coefficients.
    pub fn coefficients(&self) -> Vec<f64> {
        let mut beta = self.forward.clone();
        for i in (0..beta.len()).rev() {
            beta[i] /= self.lower[i][i];
            let value = beta[i];
            for (j, entry) in self.lower[i][..i].iter().enumerate() {
                beta[j] -= entry * value;
            }
        }
        beta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(rows: &[[f64; 3]], outcome: &[f64], weight: &[f64]) -> Vec<Option<f64>> {
        let design = DMatrix::from_row_iterator(rows.len(), 3, rows.iter().flatten().copied());
        least_squares(&design, outcome, weight).coefficients
    }

    #[test]
    fn one_dummy_gives_the_difference_of_weighted_means() {
        // Mean of the first two with weights 1 and 3 is 2.5; of the others 6.
        let design = DMatrix::from_row_slice(4, 2, &[1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let found = least_squares(&design, &[1.0, 3.0, 5.0, 7.0], &[1.0, 3.0, 2.0, 2.0]);
        let expected = [2.5, 3.5];
        for (found, expected) in found.coefficients.iter().zip(expected) {
            assert!((found.unwrap() - expected).abs() < 1e-14);
        }
    }

    #[test]
    fn a_line_through_two_points_is_found_whatever_the_weights() {
        let rows = [[1.0, 0.0, 0.0], [1.0, 2.0, 0.0], [1.0, 1.0, 0.0]];
        let found = fitted(&rows, &[1.0, 5.0, 3.0], &[0.1, 7.0, 2.0]);
        assert!((found[0].unwrap() - 1.0).abs() < 1e-14 && (found[1].unwrap() - 2.0).abs() < 1e-14);
        // The third column is empty.
        assert_eq!(found[2], None);
    }

    #[test]
    fn of_two_columns_that_say_the_same_the_first_is_kept() {
        let rows = [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0]];
        let found = fitted(&rows, &[0.0, 1.0, 3.0, 2.0], &[1.0; 4]);
        assert!((found[0].unwrap() - 1.0).abs() < 1e-14 && (found[1].unwrap() - 1.0).abs() < 1e-14);
        assert_eq!(found[2], None);
    }

    #[test]
    fn rows_of_no_weight_do_not_count() {
        let rows = [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]];
        let with = fitted(&rows, &[1.0, 2.0, 4.0, 900.0], &[1.0, 1.0, 1.0, 0.0]);
        let without = fitted(&rows[..3], &[1.0, 2.0, 4.0], &[1.0; 3]);
        for (a, b) in with.iter().zip(&without) {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-13);
        }
    }

    #[test]
    fn more_columns_than_rows_leave_the_later_out() {
        let found = fitted(&[[1.0, 2.0, 5.0], [1.0, 3.0, 1.0]], &[1.0, 2.0], &[1.0; 2]);
        assert_eq!(found[2], None);
        assert!((found[1].unwrap() - 1.0).abs() < 1e-13);
    }

    #[test]
    fn factors_of_sums_agree_with_the_rows() {
        let active = [vec![0], vec![0, 1], vec![0, 2, 3], vec![0, 1, 3], vec![0, 2, 3], vec![0]];
        let (outcome, weight) = ([1.0, 4.0, 2.5, 7.0, -1.0, 0.5], [1.0, 2.0, 0.5, 1.5, 1.0, 3.0]);
        let mut moments = Moments::zeros(4);
        let mut design = DMatrix::zeros(6, 4);
        for (row, columns) in active.iter().enumerate() {
            moments.add(columns, outcome[row], weight[row]);
            columns.iter().for_each(|c| design[(row, *c)] = 1.0);
        }
        let mut factor = Factor::new(&moments);
        (1..4).for_each(|c| factor.push(c));
        let by_rows = least_squares(&design, &outcome, &weight).coefficients;
        for (column, value) in factor.columns().iter().zip(factor.coefficients()) {
            assert!((by_rows[*column].unwrap() - value).abs() < 1e-13, "{column}");
        }
        assert_eq!(factor.columns().len(), 4);
    }

    #[test]
    fn factors_pass_over_a_column_that_follows() {
        let mut moments = Moments::zeros(4);
        for (active, y) in [(vec![0, 1], 1.0), (vec![0, 2], 2.0), (vec![0, 1], 3.0)] {
            moments.add(&active, y, 1.0);
        }
        let mut factor = Factor::new(&moments);
        (1..4).for_each(|c| factor.push(c));
        assert_eq!(factor.columns(), [0, 1]);
    }
}
