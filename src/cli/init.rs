//! `groupdesk init`: a few questions, and then the files of a desk that answers.

mod ask;
mod files;
pub(super) mod platform;

use super::language::TerminalLanguage;
use super::{Failure, output};
use ask::{Prompter, Question};
use files::{Answers, NewFile, Secret};
use groupdesk_contract::{Setup, SetupEndpoint, clean_name};
use platform::{Offered, ids_help, platforms_help};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// The listener's port, if it is free.
const PORT: u16 = 8080;
/// Ports after it that are tried where it is taken.
const PORTS_TRIED: u16 = 20;

/// The options of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Ask nothing: what no flag says is left at its default
    #[arg(long)]
    yes: bool,
    #[arg(long, value_name = "PLATFORM", help = platforms_help(TerminalLanguage::En))]
    platform: Option<String>,
    /// What to call the business
    #[arg(long)]
    name: Option<String>,
    /// Platform ids of those who answer members, separated by commas
    #[arg(long, value_name = "IDS", allow_hyphen_values = true)]
    staff: Option<String>,
    /// The staff's own group, where hand-overs are told
    #[arg(long, value_name = "GROUP", allow_hyphen_values = true)]
    staff_room: Option<String>,
    /// The groups whose questions are answered unasked, separated by commas; in others only who calls the bot is answered
    /// [default: all groups]
    #[arg(long, value_name = "GROUPS", allow_hyphen_values = true)]
    group: Option<String>,
    /// The environment variable with the platform's token, such as TELEGRAM_TOKEN
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
    #[arg(long, value_name = "ID", help = ids_help(TerminalLanguage::En))]
    id: Option<String>,
    /// Where to listen for the platform's client, such as 0.0.0.0:8080 for one on another machine (needs a token)
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The folder to write to; made where it is not there [default: this one]
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// The language of questions and files [default: the terminal's]
    #[arg(long, value_enum)]
    lang: Option<TerminalLanguage>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let language = language(options)?;
    let (config, faq) = (options.dir.join("groupdesk.yaml"), options.dir.join("faq.yaml"));
    let has_faq = is_there(&faq);
    if is_there(&config) {
        return Err(there_already(&config, language));
    }
    if has_faq && options.name.is_some() {
        return Err(Failure::Usage(language.of(
            format!("{} 已经有了，会照用它；--name 用不上，请去掉", faq.display()),
            format!(
                "{} is there and will be used as it is: leave out --name",
                faq.display()
            ),
        )));
    }
    let mut asker = Prompter::new(language, options.yes);
    let answers = ask_for_account(options, &mut asker)?;
    let text = match has_faq {
        true => None,
        false => Some(ask_for_name(options, &mut asker)?),
    };
    let mut new = Vec::new();
    if let (Secret::Typed(secret), Some(token)) = (&answers.secret, &answers.offered.setup.token) {
        let path = options.dir.join(token.file);
        new.push(NewFile {
            path,
            text: format!("{secret}\n"),
            is_secret: true,
        });
    }
    new.extend(text.map(|text| NewFile {
        path: faq.clone(),
        text,
        is_secret: false,
    }));
    // The last: whoever finds it finds all of them.
    new.push(NewFile {
        path: config,
        text: answers.config(),
        is_secret: false,
    });
    let made = std::fs::create_dir_all(&options.dir).map_err(|error| (options.dir.clone(), error));
    made.and_then(|()| files::write(&new)).map_err(|(path, error)| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            return there_already(&path, language);
        }
        let path = path.display();
        Failure::Broken(language.of(
            format!("写不了 {path}：{error}。没有留下任何文件"),
            format!("can't write {path}: {error}. No file was left behind"),
        ))
    })?;
    output::text(setup_summary(options, &answers, &new, has_faq))
}

fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

fn there_already(path: &Path, language: TerminalLanguage) -> Failure {
    let path = path.display();
    Failure::Usage(language.of(
        format!("{path} 已经有了，没有改动它。要另建一个，请用 --dir 指定别的文件夹；要检查现有的，请运行 groupdesk check"),
        format!(
            "{path} is there already, and was not touched. For another desk name another folder with --dir; to look at this one \
             run groupdesk check"
        ),
    ))
}

/// The language of the flag, else of the terminal; else somebody who is there is asked.
fn language(options: &Options) -> Result<TerminalLanguage, Failure> {
    if let Some(language) = options.lang.or_else(TerminalLanguage::of_process) {
        return Ok(language);
    }
    let mut asker = Prompter::new(TerminalLanguage::En, options.yes);
    if options.yes || !asker.is_terminal {
        return Ok(TerminalLanguage::En);
    }
    let question = Question {
        flag: "--lang",
        given: None,
        text: "1 中文   2 English".to_owned(),
        default: Some("1"),
        is_secret: false,
    };
    asker.get(&question, |typed| match typed {
        "1" | "zh" | "中文" => Ok(TerminalLanguage::Zh),
        "2" | "en" | "English" => Ok(TerminalLanguage::En),
        _ => Err("1 / 2".to_owned()),
    })
}

/// Asks for all that groupdesk.yaml needs.
fn ask_for_account(options: &Options, asker: &mut Prompter) -> Result<Answers, Failure> {
    let language = asker.language;
    let mut text = language
        .of(
            "机器人用在哪里？写编号或名字\n",
            "Where shall the bot answer? A number or a name\n",
        )
        .to_owned();
    for (at, offered) in Offered::all().iter().enumerate() {
        text.push_str(&format!(
            "  {}  {} ({})\n",
            at + 1,
            offered.label(language),
            offered.platform.name
        ));
    }
    let question = Question {
        flag: "--platform",
        given: options.platform.as_deref(),
        text: text.trim_end().to_owned() + "\n",
        default: Offered::all().first().map(|offered| offered.platform.name),
        is_secret: false,
    };
    let offered = asker.get(&question, |typed| Offered::find(typed, language))?;
    refuse_needless(options, offered, language)?;
    let mut answers = Answers {
        language,
        offered,
        id: None,
        secret: Secret::None,
        listen: options.listen.or_else(|| free_port(offered.setup)),
        staff_rooms: Vec::new(),
        staff: Vec::new(),
        groups: Vec::new(),
    };
    if let Some(id) = &offered.setup.id {
        let question = Question {
            flag: "--id",
            given: options.id.as_deref(),
            text: language.of(id.question.0, id.question.1).to_owned(),
            default: None,
            is_secret: false,
        };
        answers.id = Some(asker.get(&question, |typed| match typed {
            "" => Err(language.of("不能为空".to_owned(), "it is needed".to_owned())),
            typed => {
                let with = Answers {
                    id: Some(typed.to_owned()),
                    // Not known so far: a variable without a name is never set.
                    secret: match offered.setup.token {
                        Some(_) => Secret::Variable(String::new()),
                        None => Secret::None,
                    },
                    ..answers.clone()
                };
                with.fault().map_or_else(|| Ok(typed.to_owned()), Err)
            }
        })?);
    }
    answers.secret = secret(options, asker, &answers)?;
    if offered.setup.takes_staff {
        ask_for_people(options, asker, &mut answers)?;
    }
    Ok(answers)
}

/// Refuses flags that would change nothing.
fn refuse_needless(options: &Options, offered: Offered, language: TerminalLanguage) -> Result<(), Failure> {
    let people = [&options.staff, &options.staff_room, &options.group];
    let needless = [
        (
            "--staff, --staff-room, --group",
            people.iter().any(|given| given.is_some()) && !offered.setup.takes_staff,
        ),
        ("--id", options.id.is_some() && offered.setup.id.is_none()),
        (
            "--token-env",
            options.token_env.is_some() && offered.setup.token.is_none(),
        ),
        (
            "--listen",
            options.listen.is_some() && offered.setup.endpoint.is_none(),
        ),
    ];
    match needless.into_iter().find(|(_, is_needless)| *is_needless) {
        None => Ok(()),
        Some((flag, _)) => Err(Failure::Usage(language.of(
            format!("{flag}：平台 {} 用不上，请去掉", offered.platform.name),
            format!(
                "{flag}: of no use on the platform {}; leave it out",
                offered.platform.name
            ),
        ))),
    }
}

fn secret(options: &Options, asker: &mut Prompter, answers: &Answers) -> Result<Secret, Failure> {
    let language = asker.language;
    let Some(token) = &answers.offered.setup.token else {
        return Ok(Secret::None);
    };
    let tried = |secret: Secret| {
        let with = Answers {
            secret: secret.clone(),
            ..answers.clone()
        };
        with.fault().map_or(Ok(secret), Err)
    };
    let is_open = answers.listen.is_some_and(|listen| !listen.ip().is_loopback());
    let variable = match &options.token_env {
        None if options.yes && (token.is_needed || is_open) => Some(token.variable),
        given => given.as_deref(),
    };
    if let Some(name) = variable {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(Failure::Usage(language.of(
                format!("--token-env: 「{name}」不是变量名；请写变量的名字（不是令牌本身），例如 {}", token.variable),
                format!(
                    "--token-env: `{name}` is no name of a variable; write its name, not the token, such as {}",
                    token.variable
                ),
            )));
        }
        return tried(Secret::Variable(name.to_owned()))
            .map_err(|why| Failure::Usage(format!("--token-env: {why}")));
    }
    let question = Question {
        flag: "--token-env",
        given: None,
        text: language.of(token.question.0, token.question.1).to_owned(),
        default: (!token.is_needed).then_some(""),
        is_secret: true,
    };
    asker.get(&question, |typed| match typed {
        "" if token.is_needed => Err(language.of("不能为空".to_owned(), "it is needed".to_owned())),
        "" => tried(Secret::None),
        typed if !typed.chars().all(|c| c.is_ascii_graphic()) => Err(language.of(
            "令牌里有空格、全角符号或汉字，平台收不到这样的令牌；只能用英文字母、数字和半角符号".to_owned(),
            "a token holds ASCII letters, digits and signs only, and no spaces, as a header carries them"
                .to_owned(),
        )),
        typed => tried(Secret::Typed(typed.to_owned())),
    })
}

fn ask_for_people(options: &Options, asker: &mut Prompter, answers: &mut Answers) -> Result<(), Failure> {
    type Set = fn(&mut Answers, Vec<String>);
    type Asked<'a> = (&'static str, Option<&'a str>, (&'static str, &'static str), Set);
    let asked: [Asked<'_>; 3] = [
        (
            "--staff-room",
            options.staff_room.as_deref(),
            (
                "客服群的群号：转人工时通知到这里。没有就回车",
                "The staff's own group, where hand-overs are told: its id, or Enter for none",
            ),
            |answers, typed| answers.staff_rooms = typed.iter().map(|room| answers.address(room)).collect(),
        ),
        (
            "--staff",
            options.staff.as_deref(),
            (
                "客服人员的号码（QQ 号等），多个用逗号分开。没有就回车",
                "Ids of those who answer members, separated by commas, or Enter for none",
            ),
            |answers, typed| answers.staff = typed,
        ),
        (
            "--group",
            options.group.as_deref(),
            (
                "要服务的群：群号，多个用逗号分开。回车：机器人所在的所有群",
                "The groups to serve: their ids, separated by commas, or Enter for all that the bot is in",
            ),
            |answers, typed| answers.groups = typed.iter().map(|group| answers.address(group)).collect(),
        ),
    ];
    for (flag, given, (chinese, english), set) in asked {
        let question = Question {
            flag,
            given,
            text: asker.language.of(chinese, english).to_owned(),
            default: Some(""),
            is_secret: false,
        };
        let language = asker.language;
        *answers = asker.get(&question, |typed| {
            let is_all = ["全部", "所有", "全部群", "所有群", "all", "*"].contains(&typed);
            let typed = if is_all && flag == "--group" { "" } else { typed };
            let list = typed.split([',', '，', '、', ';', '；', ' ']).map(str::trim);
            let list: Vec<String> = list.filter(|item| !item.is_empty()).map(str::to_owned).collect();
            let mut all = answers.clone();
            set(&mut all, list.clone());
            let Some(why) = all.fault() else {
                return Ok(all);
            };
            let is_wrong = |item: &&String| {
                // Alone: two groups that are good may not go together.
                let mut alone = Answers {
                    staff_rooms: Vec::new(),
                    staff: Vec::new(),
                    groups: Vec::new(),
                    ..answers.clone()
                };
                set(&mut alone, vec![(*item).clone()]);
                alone.has_wrong_address()
            };
            Err(match list.iter().find(is_wrong) {
                Some(item) => answers.offered.no_address(item, flag == "--staff", language),
                None => why,
            })
        })?;
    }
    Ok(())
}

/// Asks for the name of the business, and returns its FAQ.
fn ask_for_name(options: &Options, asker: &mut Prompter) -> Result<String, Failure> {
    let language = asker.language;
    let question = Question {
        flag: "--name",
        given: options.name.as_deref(),
        text: language
            .of(
                "您的公司或业务叫什么？机器人会这样介绍自己",
                "What is the business called? The bot introduces itself so",
            )
            .to_owned(),
        default: Some(language.of("我们", "our company")),
        is_secret: false,
    };
    asker.get(&question, |typed| files::faq(&clean_name(typed), language))
}

/// Another address than the usual one, where that is taken and a client has to know where to call.
fn free_port(setup: &Setup) -> Option<SocketAddr> {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    if setup.endpoint.is_none() || is_free(&PORT) {
        return None;
    }
    let port = (PORT + 1..PORT + PORTS_TRIED).find(is_free)?;
    Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
}

/// Tells what was written, and the one next step.
fn setup_summary(options: &Options, answers: &Answers, new: &[NewFile], has_faq: bool) -> String {
    let language = answers.language;
    let names: Vec<String> = new
        .iter()
        .map(|file| match file.is_secret {
            true => format!(
                "{}{}",
                file.path.display(),
                language.of("（令牌，只有您能读）", " (the token; only you can read it)")
            ),
            false => file.path.display().to_string(),
        })
        .collect();
    let mut text = language.of("已写好：", "Written: ").to_owned();
    text.push_str(&names.join(language.of("、", ", ")));
    text.push('\n');
    if has_faq {
        text.push_str(language.of(
            "faq.yaml 本来就有，没有改动，机器人用它来回答。\n",
            "faq.yaml was there already and is as it was: the bot answers from it.\n",
        ));
    }
    text.push_str(language.of("\n下一步：运行\n", "\nNext: run\n"));
    if let Secret::Variable(name) = &answers.secret
        && std::env::var_os(name).is_none()
    {
        let value = language.of("令牌", "the token");
        text.push_str(&match cfg!(windows) {
            true => format!("  $env:{name} = '{value}'\n"),
            false => format!("  export {name}='{value}'\n"),
        });
    }
    text.push_str(&match options.dir == Path::new(".") {
        true => "  groupdesk run\n".to_owned(),
        false => format!(
            "  groupdesk run --config {}\n",
            shell_word(&options.dir.join("groupdesk.yaml"))
        ),
    });
    if let Some(endpoint) = &answers.offered.setup.endpoint {
        text.push_str(&filled_in(endpoint, answers));
    }
    let then = answers.offered.setup.then;
    text.push_str(language.of(then.0, then.1));
    text.push('\n');
    text
}

/// Returns the lines about the address to which the platform's client connects.
fn filled_in(endpoint: &SetupEndpoint, answers: &Answers) -> String {
    let listen = answers
        .listen
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)));
    let host = match listen.ip() {
        ip if ip.is_unspecified() => format!(
            "{}:{}",
            answers.language.of("这台机器的IP", "IP-OF-THIS-MACHINE"),
            listen.port()
        ),
        _ => listen.to_string(),
    };
    let token = match &answers.secret {
        Secret::None => answers.language.of("留空", "empty"),
        Secret::Variable(_) | Secret::Typed(_) => answers.language.of("同一个令牌", "the same one"),
    };
    endpoint.shown.replace("{host}", &host).replace("{token}", token)
}

/// A path as a shell takes it.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-\\:".contains(c);
    if text.chars().all(is_plain) {
        text
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
