//! Putting a table into a file, whose form its name tells.
//!
//! The file is written aside and renamed: a run that stops leaves nothing, and a reader never sees half a table.

use super::tidy::Tidy;
use std::io::{BufWriter, Write};
use std::path::Path;
use vuon_population::write::beside;

/// The form of a file of estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// Parquet.
    Parquet,
    /// JSON.
    Json,
}

impl Form {
    /// The form that a file's name asks for.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase().as_str() {
            "csv" => Some(Form::Csv),
            "parquet" | "pq" => Some(Form::Parquet),
            "json" => Some(Form::Json),
            _ => None,
        }
    }
}

/// Writes the table.
///
/// # Errors
/// What the system or the encoder says.
pub fn write(tidy: &Tidy, path: &Path, form: Form) -> std::io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, beside(path)?);
    match form {
        Form::Csv => super::csv::write(tidy, &mut file)?,
        Form::Json => super::json::write(tidy, &mut file)?,
        Form::Parquet => super::parquet::write(tidy, &mut file).map_err(std::io::Error::other)?,
    }
    file.flush()?;
    let file = file.into_inner().map_err(|e| e.into_error())?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tidy::{Block, Law, NATION, People, Precision, What, Whom};
    use super::*;
    use arrow::array::{Array, AsArray, Float64Array};
    use arrow::compute::cast;
    use arrow::datatypes::{DataType, Float64Type, Int64Type};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn table(regions: usize) -> Tidy {
        let third = Some(("1/3".to_owned(), 1.0 / 3.0));
        let line = |measure, part: &str| What {
            measure,
            component: if part.is_empty() { "" } else { "indicator" },
            part: part.into(),
            weighting: "a, \"b\"".into(),
            k: third.clone(),
            ..What::default()
        };
        let what = vec![line("H", ""), line("A", ""), line("hdk", "d_nutr")];
        let people = |share| People { rows: 10, population: 12.5, population_share: share, excluded_share: 0.0 };
        let region = |r: usize| Whom { label: format!("R{r}"), people: Some(people(1.0 / regions as f64)) };
        let figures = |n: usize| Float64Array::from_iter((0..n).map(|i| (i % 3 != 1).then(|| i as f64 / 7.0)));
        let block = |by: &str, whom: Vec<Whom>| Block {
            round: "1".into(),
            to_round: String::new(),
            by: by.into(),
            estimate: figures(whom.len() * what.len()),
            precision: Some(Precision {
                error: figures(whom.len() * what.len()),
                lower: figures(whom.len() * what.len()),
                upper: figures(whom.len() * what.len()),
            }),
            p_value: None,
            check: None,
            what: what.clone(),
            whom,
        };
        Tidy {
            header: vec![("weights".into(), "a \"text\"\nof two lines".into())],
            law: Some(Law { pack: "global-mpi@0123".into(), rests_on_unverified: true }),
            blocks: vec![
                block(NATION, vec![Whom { label: NATION.into(), people: Some(people(1.0)) }]),
                block("region", (0..regions).map(region).collect()),
            ],
        }
    }

    fn written(tidy: &Tidy, form: Form) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        write(tidy, &path, form).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::read(path).unwrap()
    }

    #[test]
    fn csv_has_empty_cells_where_there_is_no_figure() {
        let text = String::from_utf8(written(&table(2), Form::Csv)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "round,to_round,change,measure,component,indicator,by,subgroup,weighting,k,k_until,k_value,estimate,se,lower,\
             upper,p_value,n,population,population_share,excluded_share,pack,rests_on_unverified"
        );
        assert_eq!(lines.len(), 10);
        assert_eq!(
            lines[2],
            "1,,,A,,,nat,nat,\"a, \"\"b\"\"\",1/3,,0.3333333333333333,,,,,,10,12.5,1,0,global-mpi@0123,yes"
        );
        assert!(lines[9].starts_with("1,,,hdk,indicator,d_nutr,region,R1,"), "{}", lines[9]);
    }

    #[test]
    fn json_is_an_object_with_a_header_and_rows() {
        let json: serde_json::Value = serde_json::from_slice(&written(&table(2), Form::Json)).unwrap();
        assert_eq!(json["header"]["weights"], "a \"text\"\nof two lines");
        let rows = json["estimates"].as_array().unwrap();
        assert_eq!(rows.len(), 9);
        assert_eq!(rows[1]["estimate"], serde_json::Value::Null);
        assert_eq!(rows[8]["estimate"].as_f64(), Some(5.0 / 7.0));
        assert_eq!((rows[8]["subgroup"].as_str(), rows[8]["n"].as_u64()), (Some("R1"), Some(10)));
        assert_eq!(rows[8]["rests_on_unverified"].as_bool(), Some(true));
    }

    /// More subgroups than are encoded at a time.
    #[test]
    fn parquet_holds_the_same_rows_as_csv() {
        let tidy = table(50_000);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&written(&tidy, Form::Parquet)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        assert!(metadata.iter().any(|pair| pair.key == "vuon.weights"));
        let text = String::from_utf8(written(&tidy, Form::Csv)).unwrap();
        let mut lines = text.lines().skip(1);
        let mut rows = 0;
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            let column = |name: &str| batch.column_by_name(name).unwrap();
            let subgroup = cast(column("subgroup"), &DataType::Utf8).unwrap();
            let (subgroup, estimate) = (subgroup.as_string::<i32>(), column("estimate").as_primitive::<Float64Type>());
            assert_eq!(column("n").as_primitive::<Int64Type>().value(0), 10);
            for row in 0..batch.num_rows() {
                let cells: Vec<&str> = lines.next().unwrap().split(',').collect();
                // The name of the weighting has a comma.
                assert_eq!(
                    (cells[7], cells[13].parse().ok()),
                    (subgroup.value(row), estimate.is_valid(row).then(|| estimate.value(row)))
                );
            }
            rows += batch.num_rows();
        }
        assert_eq!(rows, tidy.rows());
    }
}
