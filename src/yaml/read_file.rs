//! Reads the text of a file, with a limit and a deadline, and only if it is a regular file.

use super::Problem;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 64 << 20;

/// The longest time for which a file is waited for. A network share that is away, and files such as `/proc/kmsg`, may never
/// answer.
pub const READ_TIME: Duration = Duration::from_secs(5);

/// Does work with files on a thread of its own; `None` if it has not ended in `time`. The thread of work that hangs can't be
/// stopped, and is left behind.
pub fn within<T: Send + 'static>(time: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, ended) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("file".to_owned())
        .spawn(move || {
            // Whoever waited may have given up.
            let _ = done.send(work());
        })
        .ok()?;
    ended.recv_timeout(time).ok()
}

/// Returns the problem with a file that has not been read within [`READ_TIME`].
pub fn unanswered(path: &Path) -> Box<Problem> {
    let seconds = READ_TIME.as_secs();
    let mut problem = Problem {
        help: Some("put an ordinary file of this machine there".to_owned()),
        ..Problem::of_file(
            &path.display().to_string(),
            format!(
                "can't be read: no answer within {seconds} seconds, as from a network share that is away, or a link to a device"
            ),
        )
    };
    problem.in_chinese(format!(
        "读不到这个文件：{seconds} 秒内没有读完（网络共享断开了，或者是指向设备的链接？）；请在这里放本机上的普通文件"
    ));
    Box::new(problem)
}

/// Reads a file that holds text, of at most `bytes_max` bytes, within [`READ_TIME`]. A byte-order mark is left out.
///
/// # Errors
/// The system's error; a device, pipe or folder in the file's place; a file that is too large, or that is not read in time;
/// bytes that are no UTF-8, with their place.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<String, Box<Problem>> {
    let file = path.to_owned();
    within(READ_TIME, move || read_however_long(&file, bytes_max)).unwrap_or_else(|| Err(unanswered(path)))
}

/// Reads a file's bytes as [`read_text`] does its text.
///
/// # Errors
/// As for [`read_text`], but for the encoding.
pub fn read_bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Box<Problem>> {
    let file = path.to_owned();
    within(READ_TIME, move || bytes_however_long(&file, bytes_max)).unwrap_or_else(|| Err(unanswered(path)))
}

/// Reads a file as [`read_text`] does, without its deadline: for who has a deadline of his own.
///
/// # Errors
/// As for [`read_text`], but for the time.
pub fn read_however_long(path: &Path, bytes_max: u64) -> Result<String, Box<Problem>> {
    decode(&path.display().to_string(), bytes_however_long(path, bytes_max)?)
}

fn bytes_however_long(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Box<Problem>> {
    let name = path.display().to_string();
    let failed = |error: std::io::Error| {
        let mut problem = Problem::of_file(&name, format!("can't be read: {error}"));
        problem.in_chinese(format!("读不到这个文件：{error}"));
        Box::new(problem)
    };
    // Before it is opened: to open a pipe is to wait for who writes to it.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() {
            "a folder"
        } else {
            "a device or pipe"
        };
        let mut problem = Problem {
            help: Some("name a file".to_owned()),
            ..Problem::of_file(&name, format!("is {kind}, not a file"))
        };
        problem.in_chinese("这不是普通文件（是目录、设备或管道）；请改成文件的路径");
        return Err(Box::new(problem));
    }
    let mut bytes = Vec::new();
    // The size that the system tells may be a lie, or another one by now.
    let file = File::open(path).map_err(failed)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > bytes_max {
        let mut problem = Problem {
            help: Some("split it, or take out what does not belong in it".to_owned()),
            ..Problem::of_file(&name, format!("the file has more than {bytes_max} bytes"))
        };
        problem.in_chinese(format!(
            "文件太大，超过 {bytes_max} 字节；请拆分，或删掉不该放在这里的内容"
        ));
        return Err(Box::new(problem));
    }
    Ok(bytes)
}

/// Decodes a file's bytes as text. `name` is the file's in problems.
///
/// # Errors
/// The bytes are no UTF-8; the problem has their place.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Box<Problem>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let at = TextPosition { line: 1, column: 1 };
        return Err(not_utf8(name, "UTF-16 (\"Unicode\" in Notepad)", at));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        }),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(error.as_bytes().get(..valid).unwrap_or_default());
            let at = TextPosition {
                line: before.matches('\n').count() + 1,
                column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            };
            Err(not_utf8(
                name,
                "GBK or another encoding (\"ANSI\" in Notepad)",
                at,
            ))
        }
    }
}

struct TextPosition {
    line: usize,
    column: usize,
}

fn not_utf8(name: &str, encoding: &str, at: TextPosition) -> Box<Problem> {
    let mut problem = Problem {
        line: at.line,
        column: at.column,
        help: Some("save the file with UTF-8 encoding: in Notepad \"Save as\", Encoding: UTF-8".to_owned()),
        ..Problem::of_file(name, format!("not UTF-8 text: it looks like {encoding}"))
    };
    problem
        .in_chinese("文件不是 UTF-8 编码（可能是 GBK/ANSI）；请另存为 UTF-8：记事本「另存为」，编码选 UTF-8");
    Box::new(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read_and_only_so_much_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        std::fs::write(&path, "\u{feff}a: 1\r\n").unwrap();
        assert_eq!(read_text(&path, 100).unwrap(), "a: 1\r\n");
        let large = read_text(&path, 3).unwrap_err();
        assert!(large.message.contains("more than 3 bytes"), "{large}");
        let not_a_file = read_text(folder.path(), 100).unwrap_err();
        assert!(not_a_file.message.contains("folder"), "{not_a_file}");
        assert!(read_text(&folder.path().join("none"), 100).is_err());
    }

    #[test]
    fn work_that_never_ends_is_left_behind() {
        let (never, waits) = mpsc::channel::<()>();
        assert_eq!(within(Duration::from_millis(20), move || waits.recv()), None);
        assert_eq!(within(READ_TIME, || 7), Some(7));
        drop(never);
        let problem = unanswered(Path::new("faq.yaml")).in_both_languages();
        assert!(
            problem.contains("5 秒内没有读完") && problem.contains("no answer within 5 seconds"),
            "{problem}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn an_endless_device_behind_a_link_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("faq.yaml");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        let device = read_text(&path, 100).unwrap_err();
        assert!(device.message.contains("device"), "{device}");
    }

    #[test]
    fn another_encoding_is_told_with_its_place_and_what_to_do() {
        // 怎么退款 in GBK, after two characters of UTF-8.
        let mut bytes = "a: 1\nb: 好".as_bytes().to_vec();
        bytes.extend([0xd4, 0xf5, 0xc3, 0xb4]);
        let gbk = decode("faq.yaml", bytes).unwrap_err();
        assert_eq!((gbk.line, gbk.column), (2, 5));
        assert!(
            gbk.to_string().contains("UTF-8")
                && gbk.chinese.is_some_and(|text| text.contains("另存为 UTF-8"))
        );
        let utf16 = decode("faq.yaml", vec![0xff, 0xfe, b'a', 0]).unwrap_err();
        assert!(utf16.message.contains("UTF-16"), "{utf16}");
    }
}
