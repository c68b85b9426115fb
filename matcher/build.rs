//! Packs the large tables of the matcher: half their size in the program, which unpacks each when it first needs it.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Folders of tables, below `src`, and the beginnings of the names of those that are packed.
const TABLES: [(&str, &[&str]); 2] = [
    ("data", &["senses.bin", "senses.txt", "words-zh.txt"]),
    ("dialogue_act/data", &["acts.bin", "training-"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let packed = std::env::var("OUT_DIR")?;
    for (folder, names) in TABLES {
        let folder = Path::new("src").join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in fs::read_dir(folder)? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if names.iter().any(|wanted| name.starts_with(wanted)) {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(&fs::read(file.path())?)?;
                fs::write(Path::new(&packed).join(name), encoder.finish()?)?;
            }
        }
    }
    Ok(())
}
