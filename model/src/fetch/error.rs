//! The failures of fetching a model, in both languages.

use std::io;
use std::path::{Path, PathBuf};

/// The reason for which a model was not fetched, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No address that models are fetched from.
    #[error(
        "nothing is fetched from `{address}`: {why}; expected hf, hf-mirror, modelscope or an address that begins with https://"
    )]
    Address {
        /// The address, or its beginning.
        address: String,
        /// The fault in it.
        why: String,
    },
    /// A server's name was given for a model whose repository is not known.
    #[error(
        "the repository of this model is not known; give the address of its files with --from https://..."
    )]
    NoRepository,
    /// No answer, or none in time.
    #[error("{host} is not reached: {why}; try another place: --from hf, hf-mirror or modelscope")]
    Unreachable {
        /// The server.
        host: String,
        /// The connection's error.
        why: String,
    },
    /// The connection ended before all was there.
    #[error(
        "{file} broke off after {have} bytes: {why}; what came is kept, the same command goes on from there"
    )]
    Broken {
        /// The file.
        file: &'static str,
        /// The bytes that are here.
        have: u64,
        /// The connection's error.
        why: String,
    },
    /// The server does not give the file.
    #[error(
        "{host} does not give {file} (HTTP {status}); try later, or another place: --from hf, hf-mirror or modelscope"
    )]
    Status {
        /// The server.
        host: String,
        /// The file.
        file: &'static str,
        /// Answer.
        status: u16,
    },
    /// A file that a model can't do without is not there.
    #[error("there is no {file} at {place}: is this the folder of a model with model.safetensors")]
    Missing {
        /// The file.
        file: &'static str,
        /// The address or folder where it was expected.
        place: String,
    },
    /// A web page came instead of a file.
    #[error(
        "{host} answers with a web page instead of {file}: does this network ask for a login, or is the address one of a page"
    )]
    Page {
        /// The server.
        host: String,
        /// The file.
        file: &'static str,
    },
    /// The bytes are not those that the server announced.
    #[error(
        "{file} is damaged: its SHA-256 is {found}, the server says {told}; it was removed, the same command fetches it anew"
    )]
    Checksum {
        /// The file.
        file: &'static str,
        /// The server's.
        told: String,
        /// Checksum of what came.
        found: String,
    },
    /// The file is larger than any model that can be used.
    #[error("{file} is larger than {limit} MB, which no model for this program is")]
    TooLarge {
        /// The file.
        file: &'static str,
        /// The limit in megabytes.
        limit: u64,
    },
    /// There is something under the final name.
    #[error("{} is there already; remove it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// The disk is full.
    #[error("the disk is full, {} can't be written; make room, the same command goes on from there", .0.display())]
    Full(PathBuf),
    /// A file can't be read or written.
    #[error("{}: {why}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The system's error.
        why: io::Error,
    },
    /// All files came, and are no model that can be used.
    #[error("the model came and can't be used: {0}")]
    Unusable(String),
    /// Nothing can be fetched at all.
    #[error("{0}")]
    Client(String),
}

/// Returns the sources other than the one on this host, as they are given on the command line.
fn other_sources(host: &str) -> String {
    let sources = [
        ("hf-mirror", "hf-mirror.com"),
        ("modelscope", "modelscope.cn"),
        ("hf", "huggingface.co"),
    ];
    let others = sources.iter().filter(|(_, its_host)| !host.ends_with(its_host));
    let others: Vec<String> = others.map(|(name, _)| format!("--from {name}")).collect();
    others.join(" 或 ")
}

impl FetchError {
    /// Maps the error of a local file or folder.
    pub(super) fn disk(path: &Path, why: io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path.to_owned()),
            _ => Self::Disk {
                path: path.to_owned(),
                why,
            },
        }
    }

    /// Returns the error in Chinese.
    pub fn in_chinese(&self) -> String {
        match self {
            Self::Address { address, .. } => {
                format!("不能从「{address}」下载；请用 hf、hf-mirror、modelscope，或以 https:// 开头的地址")
            }
            Self::NoRepository => {
                "不知道这个模型的仓库；请用 --from https://... 给出文件所在的地址".to_owned()
            }
            Self::Unreachable { host, .. } => {
                format!("连不上 {host}；请检查网络，或换一个来源：{}", other_sources(host))
            }
            Self::Broken { file, have, .. } => {
                format!("{file} 下载到 {have} 字节时中断；已下载的部分保留，再运行同一条命令会接着下载")
            }
            Self::Status { host, file, status } => format!(
                "{host} 没有给出 {file}（HTTP {status}）；请稍后再试，或换一个来源：{}",
                other_sources(host)
            ),
            Self::Missing { file, place } => {
                format!("{place} 处没有 {file}；这里应是含有 model.safetensors 的模型文件夹")
            }
            Self::Page { host, file } => {
                format!("{host} 给出的是网页而不是 {file}；网络需要登录认证，或者地址不对")
            }
            Self::Checksum { file, .. } => {
                format!("{file} 已损坏（SHA-256 不一致），已删除；再运行同一条命令会重新下载")
            }
            Self::TooLarge { file, limit } => format!("{file} 超过 {limit} MB，不是本程序能用的模型"),
            Self::Exists(path) => format!("{} 已经存在；请删除它，或换一个名字", path.display()),
            Self::Full(path) => format!(
                "磁盘满了，写不了 {}；腾出空间后再运行同一条命令会接着下载",
                path.display()
            ),
            Self::Disk { path, .. } => format!("读写 {} 失败", path.display()),
            Self::Unusable(_) => "文件已取得，但这个模型用不了".to_owned(),
            Self::Client(_) => "无法下载".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_faults_of_it_in_both_languages() {
        let of = |kind: io::ErrorKind| FetchError::disk(Path::new("models/m.part"), kind.into());
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let full = of(kind);
            assert!(full.to_string().contains("the disk is full"), "{full}");
            assert!(full.in_chinese().contains("磁盘满了"), "{}", full.in_chinese());
        }
        let other = of(io::ErrorKind::PermissionDenied);
        assert!(other.to_string().starts_with("models/m.part: "), "{other}");
    }
}
