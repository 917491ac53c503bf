//! Boolean columns of Parquet files as bitmaps, never as bytes.
//!
//! The crate's reader makes a byte of every value and packs the bytes again. In the file they are packed already: a plain
//! page *is* an Arrow bitmap, the other encoding and the levels that tell nulls are runs and packed bits. So pages are
//! taken from the crate (their headers, compression and checks are its own) and put together here, 64 rows at a time.
//!
//! What must hold: the same values and nulls as the crate's reader gives, or none at all, and then that one is asked.

use arrow::array::BooleanArray;
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use std::sync::Arc;

/// A flat boolean column chunk of so many rows; none when it is written in a form that is not read here.
pub(super) fn read<R: ChunkReader + 'static>(
    file: &Arc<R>,
    chunk: &ColumnChunkMetaData,
    rows: usize,
) -> Result<Option<BooleanArray>, ParquetError> {
    let mut pages = SerializedPageReader::new(file.clone(), chunk, rows, None)?;
    let mut column = Column { optional: chunk.column_descr().max_def_level() > 0, ..Column::default() };
    while column.values.length < rows {
        let Some(page) = pages.get_next_page()? else { return Err(short()) };
        let count = page.num_values() as usize;
        if page.is_data_page() && count > rows - column.values.length {
            return Err(ParquetError::General("a column is longer than its row group".to_owned()));
        }
        if !column.add(&page, count)? {
            return Ok(None);
        }
    }
    Ok(Some(column.finish()))
}

fn short() -> ParquetError {
    ParquetError::EOF("a column is shorter than its row group".to_owned())
}

/// A boolean column that grows page by page.
#[derive(Default)]
struct Column {
    optional: bool,
    values: Bits,
    /// Which are not null, from the first null on.
    known: Option<Bits>,
}

impl Column {
    /// Adds a page of so many rows; false when it is written in a form that is not read here.
    fn add(&mut self, page: &Page, count: usize) -> Result<bool, ParquetError> {
        let (levels, encoding, values) = match page {
            Page::DataPage { buf, encoding, def_level_encoding, .. } => match self.optional {
                true if *def_level_encoding != Encoding::RLE => return Ok(false),
                true => {
                    let (levels, values) = prefixed(buf)?;
                    (Some(levels), encoding, values)
                }
                false => (None, encoding, &buf[..]),
            },
            Page::DataPageV2 { buf, num_rows, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let levels = *def_levels_byte_len as usize;
                if *num_rows as usize != count || *rep_levels_byte_len > 0 || (levels > 0) != self.optional {
                    return Ok(false);
                }
                let (levels, values) = buf.split_at_checked(levels).ok_or_else(short)?;
                (self.optional.then_some(levels), encoding, values)
            }
            Page::DictionaryPage { .. } => return Ok(false),
        };
        let mut known = Bits::default();
        if let Some(levels) = levels {
            known.push_hybrid(levels, count)?;
        }
        let present = if levels.is_some() { known.ones() } else { count };
        let mut packed = Bits::default();
        // Without nulls the values of the page are those of the rows.
        let values_into = if present == count { &mut self.values } else { &mut packed };
        match encoding {
            Encoding::PLAIN => values_into.push_packed(values, present)?,
            Encoding::RLE if present == 0 => {}
            Encoding::RLE => values_into.push_hybrid(prefixed(values)?.0, present)?,
            _ => return Ok(false),
        }
        if present < count {
            let before = self.values.length;
            self.known.get_or_insert_with(|| Bits::ones_only(before)).push_bits(&known);
            self.values.push_spread(&packed, &known);
        } else if let Some(known) = &mut self.known {
            known.push_run(true, count);
        }
        Ok(true)
    }

    fn finish(self) -> BooleanArray {
        BooleanArray::new(self.values.finish(), self.known.map(|known| NullBuffer::new(known.finish())))
    }
}

/// Bytes that their length in four bytes goes before, and what follows them.
fn prefixed(bytes: &[u8]) -> Result<(&[u8], &[u8]), ParquetError> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| short())?;
    rest.split_at_checked(length).ok_or_else(short)
}

/// A bitmap that grows: the lowest bit of the first word comes first, and bits beyond the length are 0.
#[derive(Clone, Default)]
struct Bits {
    words: Vec<u64>,
    length: usize,
}

impl Bits {
    fn ones_only(length: usize) -> Self {
        let mut bits = Self::default();
        bits.push_run(true, length);
        bits
    }

    fn ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Adds the lowest bits of a word, the others of which are 0.
    fn push(&mut self, word: u64, count: usize) {
        let used = self.length % 64;
        match self.words.last_mut() {
            Some(last) if used > 0 => {
                *last |= word << used;
                if used + count > 64 {
                    self.words.push(word >> (64 - used));
                }
            }
            _ if count > 0 => self.words.push(word),
            _ => {}
        }
        self.length += count;
    }

    /// Adds a bit many times.
    fn push_run(&mut self, bit: bool, count: usize) {
        let word = if bit { u64::MAX } else { 0 };
        let first = count.min((64 - self.length % 64) % 64);
        self.push(word & low(first), first);
        let rest = count - first;
        self.words.resize(self.words.len() + rest / 64, word);
        self.length += rest / 64 * 64;
        self.push(word & low(rest % 64), rest % 64);
    }

    /// Adds bits packed in bytes.
    fn push_packed(&mut self, bytes: &[u8], count: usize) -> Result<(), ParquetError> {
        let bytes = bytes.get(..count.div_ceil(8)).ok_or_else(short)?;
        let (words, rest) = bytes.split_at(count / 64 * 8);
        let words = words.as_chunks::<8>().0;
        if self.length.is_multiple_of(64) {
            self.words.extend(words.iter().map(|word| u64::from_le_bytes(*word)));
            self.length += 64 * words.len();
        } else {
            self.words.reserve(words.len() + 1);
            words.iter().for_each(|word| self.push(u64::from_le_bytes(*word), 64));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.push(u64::from_le_bytes(last) & low(count % 64), count % 64);
        Ok(())
    }

    /// Adds another bitmap.
    fn push_bits(&mut self, other: &Bits) {
        let last = other.length / 64;
        other.words[..last].iter().for_each(|word| self.push(*word, 64));
        if let Some(word) = other.words.get(last) {
            self.push(*word, other.length % 64);
        }
    }

    /// Adds bits written as runs and packed groups, the hybrid encoding of Parquet for values of one bit.
    fn push_hybrid(&mut self, mut bytes: &[u8], count: usize) -> Result<(), ParquetError> {
        let mut left = count;
        while left > 0 {
            let header = varint(&mut bytes)?;
            let length = usize::try_from(header >> 1).map_err(|_| short())?;
            if header & 1 == 1 {
                // So many groups of eight; the last one may be cut short.
                let (packed, rest) = bytes.split_at(length.min(bytes.len()));
                let taken = left.min(8 * packed.len());
                self.push_packed(packed, taken)?;
                (bytes, left) = (rest, left - taken);
            } else {
                let (value, rest) = bytes.split_first().ok_or_else(short)?;
                if *value > 1 {
                    return Err(ParquetError::General("a yes/no value is neither 0 nor 1".to_owned()));
                }
                let taken = left.min(length);
                self.push_run(*value == 1, taken);
                (bytes, left) = (rest, left - taken);
            }
        }
        Ok(())
    }

    /// Adds a bit for each of `known`: the next of `packed` where it is 1, otherwise 0.
    fn push_spread(&mut self, packed: &Bits, known: &Bits) {
        let mut taken = 0;
        let mut left = known.length;
        for mask in &known.words {
            let count = left.min(64);
            self.push(spread(packed.get(taken), *mask), count);
            taken += mask.count_ones() as usize;
            left -= count;
        }
    }

    /// 64 bits from a place on, as far as there are any.
    fn get(&self, from: usize) -> u64 {
        let word = |at: usize| self.words.get(at).copied().unwrap_or_default();
        match from % 64 {
            0 => word(from / 64),
            used => word(from / 64) >> used | word(from / 64 + 1) << (64 - used),
        }
    }

    fn finish(mut self) -> BooleanBuffer {
        // Arrow's bitmaps are bytes.
        self.words.iter_mut().for_each(|word| *word = word.to_le());
        BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.length)
    }
}

/// So many ones.
fn low(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// The lowest bits, one after the other, to where the mask is 1.
fn spread(bits: u64, mask: u64) -> u64 {
    if mask == u64::MAX {
        return bits;
    }
    let ones = mask.count_ones() as usize;
    let mut spread = bits & low(ones);
    if ones > 32 {
        // Make room at each 0 of the mask, from the lowest.
        let mut gaps = !mask;
        while gaps != 0 {
            let below = (gaps & gaps.wrapping_neg()) - 1;
            spread = (spread & below) | (spread & !below) << 1;
            gaps &= gaps - 1;
        }
        return spread;
    }
    let (mut rest, mut places) = (spread, mask);
    spread = 0;
    while places != 0 {
        let place = places & places.wrapping_neg();
        spread |= place * (rest & 1);
        rest >>= 1;
        places &= places - 1;
    }
    spread
}

/// An unsigned number in groups of seven bits, the lowest first.
fn varint(bytes: &mut &[u8]) -> Result<u64, ParquetError> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or_else(short)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(ParquetError::General("a run has no end".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
    use arrow::compute::concat;
    use arrow::datatypes::{DataType, Field, Schema};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::basic::Compression;
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use proptest::prelude::*;
    use std::io::Write;
    use tempfile::NamedTempFile;

    /// How the rows are written.
    #[derive(Clone, Debug)]
    struct Written {
        version: WriterVersion,
        encoding: Encoding,
        compression: Compression,
        page: usize,
        group: usize,
        optional: bool,
    }

    fn written() -> impl Strategy<Value = Written> {
        let version = prop_oneof![Just(WriterVersion::PARQUET_1_0), Just(WriterVersion::PARQUET_2_0)];
        let encoding = prop_oneof![Just(Encoding::PLAIN), Just(Encoding::RLE)];
        let compression = prop_oneof![
            Just(Compression::UNCOMPRESSED),
            Just(Compression::SNAPPY),
            Just(Compression::ZSTD(Default::default()))
        ];
        (version, encoding, compression, 1_usize..700, 1_usize..3000, any::<bool>()).prop_map(
            |(version, encoding, compression, page, group, optional)| Written {
                version,
                encoding,
                compression,
                page,
                group,
                optional,
            },
        )
    }

    /// Runs of like cells: yes, no, null, and stretches where anything comes.
    fn cells() -> impl Strategy<Value = Vec<Option<bool>>> {
        let cell = prop_oneof![Just(None), Just(Some(false)), Just(Some(true))];
        let run = (cell, 1_usize..400).prop_map(|(cell, length)| vec![cell; length]);
        let mixed = (0.0..1.0_f64, 0.0..1.0_f64).prop_flat_map(|(known, yes)| {
            prop::collection::vec(prop::option::weighted(known, prop::bool::weighted(yes)), 1..400)
        });
        prop::collection::vec(prop_oneof![run, mixed], 1..12).prop_map(|runs| runs.concat())
    }

    fn file(rows: &BooleanArray, written: &Written) -> NamedTempFile {
        let properties = WriterProperties::builder()
            .set_writer_version(written.version)
            .set_dictionary_enabled(false)
            .set_encoding(written.encoding)
            .set_compression(written.compression)
            .set_data_page_row_count_limit(written.page)
            .set_write_batch_size(written.page)
            .set_max_row_group_row_count(Some(written.group))
            .build();
        let schema = Arc::new(Schema::new(vec![Field::new("flag", DataType::Boolean, written.optional)]));
        let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(rows.clone())]).unwrap();
        let mut file = NamedTempFile::new().unwrap();
        let mut writer = ArrowWriter::try_new(&mut file, schema, Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        file
    }

    /// The rows as the crate reads them.
    fn by_the_crate(file: &NamedTempFile) -> BooleanArray {
        let reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen().unwrap()).unwrap().build().unwrap();
        let parts: Vec<ArrayRef> = reader.map(|batch| batch.unwrap().column(0).clone()).collect();
        let parts: Vec<&dyn Array> = parts.iter().map(|part| &**part).collect();
        concat(&parts).unwrap().as_boolean().clone()
    }

    /// Each group as it is read here.
    fn by_us(file: &NamedTempFile) -> Vec<Option<BooleanArray>> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.reopen().unwrap()).unwrap();
        let source = Arc::new(file.reopen().unwrap());
        let groups = builder.metadata().row_groups().iter();
        groups.map(|group| read(&source, group.column(0), group.num_rows() as usize).unwrap()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn every_page_gives_what_the_crate_reads(cells in cells(), written in written()) {
            let cells = match written.optional {
                true => cells,
                false => cells.into_iter().map(|cell| cell.or(Some(true))).collect(),
            };
            let rows = BooleanArray::from(cells);
            let file = file(&rows, &written);
            prop_assert_eq!(&by_the_crate(&file), &rows);
            let mut first = 0;
            for read in by_us(&file) {
                let read = read.expect("a form that is read here");
                prop_assert_eq!(&read, &rows.slice(first, read.len()));
                first += read.len();
            }
            prop_assert_eq!(first, rows.len());
        }

        #[test]
        fn bits_are_spread_over_the_ones_of_a_mask(bits: u64, mask: u64, sparse: u64) {
            for mask in [mask, mask & sparse, mask | sparse, 0, u64::MAX] {
                let mut slow = 0;
                let places = (0..64).filter(|place| mask >> place & 1 == 1);
                for (at, place) in places.enumerate() {
                    slow |= (bits >> at & 1) << place;
                }
                prop_assert_eq!(spread(bits, mask), slow);
            }
        }

        #[test]
        fn a_damaged_page_is_an_error_or_a_wrong_answer_but_never_a_crash(
            cells in cells(), written in written(), places in prop::collection::vec((0.0..1.0_f64, any::<u8>()), 1..4)
        ) {
            let written = Written { optional: true, ..written };
            let whole = file(&BooleanArray::from(cells), &written);
            let mut bytes = std::fs::read(whole.path()).unwrap();
            let builder = ParquetRecordBatchReaderBuilder::try_new(whole.reopen().unwrap()).unwrap();
            let group = builder.metadata().row_group(0);
            let (start, length) = group.column(0).byte_range();
            for (place, byte) in places {
                bytes[start as usize + (place * length as f64) as usize] ^= byte;
            }
            let mut damaged = NamedTempFile::new().unwrap();
            damaged.write_all(&bytes).unwrap();
            let of = group.num_rows() as usize;
            if let Ok(Some(read)) = read(&Arc::new(damaged.reopen().unwrap()), group.column(0), of) {
                prop_assert_eq!(read.len(), of);
            }
        }
    }

    #[test]
    fn levels_in_the_old_packed_form_are_left_to_the_crate() {
        let rows = BooleanArray::from(vec![Some(true); 8]);
        let written = Written {
            version: WriterVersion::PARQUET_1_0,
            encoding: Encoding::PLAIN,
            compression: Compression::UNCOMPRESSED,
            page: 100,
            group: 100,
            optional: true,
        };
        let file = file(&rows, &written);
        let mut bytes = std::fs::read(file.path()).unwrap();
        // The encodings of values (plain), definition levels and repetition levels in the header of the page.
        let header = [0x15, 0, 0x15, 6, 0x15, 6];
        let at = bytes.windows(6).position(|window| window == header).unwrap();
        bytes[at + 3] = 8;
        std::fs::write(file.path(), bytes).unwrap();
        assert_eq!(by_us(&file), [None]);
    }
}
