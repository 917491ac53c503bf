//! The same input gives the same result: byte for byte, in any order of rows, from any form of table, on any number of
//! threads.

use crate::room::Room;
use crate::sheet::Sheet;

/// More than one batch of households, and some of every kind of dirt.
const LARGE: &str = "synth --households 80000 --on 2021-11-30 --format csv --out tables --dirty 0.01 --unknown 0.02";

#[test]
fn twice_and_with_any_number_of_threads() {
    let room = Room::new();
    room.succeeds(LARGE);
    let assess = |out: &str, further: &str| {
        let arguments =
            format!("assess --policy vn-2022-2026 tables --on 2022-11-30 --keep-going --out {out} {further}");
        let said = room.vuon(&arguments);
        assert!(room.path(out).exists(), "{}", said.err);
        said.out.lines().filter(|line| !line.contains(out)).collect::<Vec<_>>().join("\n")
    };
    let runs = ["", "--threads 1", "--threads 2"];
    let figures: Vec<String> = runs.iter().map(|threads| assess("a.csv", threads)).collect();
    assert!(figures.windows(2).all(|pair| pair[0] == pair[1]));
    for form in ["csv", "parquet"] {
        let name = |run: usize| format!("{form}-{run}.{form}");
        for (run, threads) in runs.iter().enumerate() {
            assess(&name(run), threads);
            assert!(room.bytes(&name(0)) == room.bytes(&name(run)), "{form} {threads}");
            let problems = |run| room.bytes(&format!("{form}-{run}.problems.csv"));
            assert!(problems(0) == problems(run), "problems, {form} {threads}");
        }
    }
}

#[test]
fn a_population_is_made_anew_to_the_byte_and_another_seed_makes_another() {
    let room = Room::new();
    for (folder, seed) in [("one", 7), ("again", 7), ("other", 8)] {
        room.succeeds(&format!("synth --households 300 --on 2021-11-30 --format csv --seed {seed} --out {folder}"));
    }
    let table = |folder: &str| room.bytes(&format!("{folder}/members.csv"));
    assert!(table("one") == table("again"));
    assert!(table("one") != table("other"));
}

#[test]
fn from_csv_and_from_parquet() {
    let room = Room::new();
    for form in ["csv", "parquet"] {
        room.succeeds(&format!("synth --households 3000 --unknown 0.05 --on 2021-11-30 --format {form} --out {form}"));
        room.succeeds(&format!("assess --policy vn-2022-2026 {form} --on 2022-11-30 --out {form}.csv"));
    }
    assert!(room.bytes("csv.csv") == room.bytes("parquet.csv"));
}

#[test]
fn from_rows_in_any_order() {
    let room = Room::new();
    room.succeeds("synth --households 3000 --on 2021-11-30 --format csv --out tables");
    let assess = |out: &str| {
        room.succeeds(&format!("assess --policy vn-2022-2026 tables --on 2022-11-30 --out {out}"));
        room.bytes(out)
    };
    let expected = assess("sorted.csv");
    let before: Vec<String> = room.read("tables/households.csv").lines().map(str::to_owned).collect();
    let shuffle = |table: &str| {
        let path = room.path(table);
        let mut sheet = Sheet::read(&path);
        sheet.shuffle();
        sheet.write(&path);
    };
    shuffle("tables/households.csv");
    assert!(assess("shuffled.csv") == expected);
    // Members are counted in the order in which they stand: only the numbers in the questions may differ.
    shuffle("tables/members.csv");
    assess("shuffled.csv");
    let (mut sorted, mut shuffled) = (Sheet::read(&room.path("sorted.csv")), Sheet::read(&room.path("shuffled.csv")));
    sorted.rewrite("questions", |_| String::new());
    shuffled.rewrite("questions", |_| String::new());
    assert!(sorted == shuffled);
    let after: Vec<String> = room.read("tables/households.csv").lines().map(str::to_owned).collect();
    assert_ne!(before, after, "the rows should stand in another order");
}
