//! What the kernel accepts and what it refuses.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "agreement/households.rs"]
mod households;

use arrow::array::{Array, ArrayRef, AsArray, Int16Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use households::{Draw, batch};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::program::Program;
use vuon_population::kernel::{Kernel, KernelError};

fn program() -> Arc<Program> {
    Library::embedded().load("vn-2022-2026").unwrap_or_else(|e| panic!("{e}"))
}

fn kernel() -> Kernel {
    Kernel::new(program(), 0, Day::parse("2024-11-30"), vec![]).unwrap()
}

fn some_households(count: usize) -> Vec<Household> {
    let program = program();
    let draw = Draw::new(&program, Day::parse("2024-11-30").unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    (0..count).map(|_| draw.household(&mut rng)).collect()
}

fn with_column(batch: &RecordBatch, name: &str, column: ArrayRef) -> RecordBatch {
    let place = batch.schema().index_of(name).unwrap();
    let mut fields: Vec<Field> = batch.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    let mut columns = batch.columns().to_vec();
    fields[place] = Field::new(name, column.data_type().clone(), true);
    columns[place] = column;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn without_column(batch: &RecordBatch, name: &str) -> RecordBatch {
    let mut batch = batch.clone();
    batch.remove_column(batch.schema().index_of(name).unwrap());
    batch
}

#[test]
fn a_batch_without_rows_has_the_schema_of_every_other() {
    let output = kernel().assess(&batch(&program(), &[])).unwrap();
    assert_eq!((output.num_rows(), output.schema()), (0, kernel().output_schema()));
}

#[test]
fn the_output_does_not_depend_on_how_the_table_is_cut() {
    let program = program();
    let whole = batch(&program, &some_households(300));
    let at_once = kernel().assess(&whole).unwrap();
    for (start, len) in [(0, 1), (1, 63), (64, 64), (128, 172)] {
        assert_eq!(kernel().assess(&whole.slice(start, len)).unwrap(), at_once.slice(start, len));
    }
}

#[test]
fn a_variable_without_a_column_is_unknown_everywhere() {
    let program = program();
    let place = program.pack.questionnaire.household.iter().position(|v| v.id.value == "income").unwrap();
    let mut households = some_households(200);
    let full = batch(&program, &households);
    for household in &mut households {
        household.household[place] = Answer::Unknown;
    }
    let unknown = kernel().assess(&batch(&program, &households)).unwrap();
    assert_eq!(kernel().assess(&without_column(&full, "income")).unwrap(), unknown);
}

#[test]
fn codes_that_are_not_there_are_null() {
    let full = batch(&program(), &some_households(3));
    let output = kernel().assess(&without_column(&full, "commune_code")).unwrap();
    assert_eq!(output.column_by_name("commune_code").unwrap().null_count(), 3);
}

#[test]
fn identity_and_members_must_be_there() {
    let full = batch(&program(), &some_households(3));
    for name in ["household_id", "members"] {
        let refused = kernel().assess(&without_column(&full, name));
        assert!(matches!(refused, Err(KernelError::NoColumn(column)) if column == name));
    }
}

#[test]
fn values_that_the_questionnaire_does_not_allow_are_refused() {
    let full = batch(&program(), &some_households(3));
    let income: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(-5)]));
    let refused = kernel().assess(&with_column(&full, "income", income));
    assert!(matches!(refused, Err(KernelError::OutOfRange { column, value: -5, .. }) if column == "income"));

    let area: ArrayRef = Arc::new(Int16Array::from(vec![0, 1, 9]));
    let refused = kernel().assess(&with_column(&full, "area_type", area));
    assert!(matches!(refused, Err(KernelError::OutOfRange { column, value: 9, .. }) if column == "area_type"));
}

#[test]
fn columns_of_another_type_are_refused() {
    let full = batch(&program(), &some_households(1));
    let area: ArrayRef = Arc::new(Int64Array::from(vec![0]));
    let refused = kernel().assess(&with_column(&full, "area_type", area));
    assert!(matches!(refused, Err(KernelError::Type { expected: DataType::Int16, found: DataType::Int64, .. })));
}

#[test]
fn a_pack_that_asks_for_ages_needs_a_review_date() {
    assert!(matches!(Kernel::new(program(), 0, None, vec![]), Err(KernelError::NoReviewDate(_))));
    assert!(matches!(Kernel::new(program(), 9, None, vec![]), Err(KernelError::NoMethod { .. })));
    let carry = vec!["income".to_owned()];
    assert!(matches!(Kernel::new(program(), 0, Day::parse("2024-11-30"), carry), Err(KernelError::Carry(_))));
}

#[test]
fn a_choice_is_carried_by_the_ids_of_its_options() {
    let program = program();
    let kernel = Kernel::new(program.clone(), 0, Day::parse("2024-11-30"), vec!["area_type".into()]).unwrap();
    let area: ArrayRef = Arc::new(Int16Array::from(vec![Some(1), None, Some(0)]));
    let output = kernel.assess(&with_column(&batch(&program, &some_households(3)), "area_type", area)).unwrap();
    let carried = arrow::compute::cast(output.column_by_name("area_type").unwrap(), &DataType::Utf8).unwrap();
    assert_eq!(carried.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("rural"), None, Some("urban")]);
}

#[test]
fn a_kernel_may_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Kernel>();
}
