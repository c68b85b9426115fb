//! The matcher as the desk sees it: rankings of a small file.

use proptest::prelude::*;

use super::*;

fn entry(id: &str, questions: &[&str]) -> EntryInput {
    EntryInput {
        id: id.to_owned(),
        questions: questions.iter().map(|&q| q.to_owned()).collect(),
        ..EntryInput::default()
    }
}

fn input() -> Input {
    Input {
        entries: vec![
            entry(
                "refund",
                &[
                    "怎么退款",
                    "买错了能退钱吗",
                    "退款多久到账",
                    "how do I get a refund",
                    "can I have my money back",
                ],
            ),
            entry(
                "hours",
                &[
                    "你们几点上班",
                    "客服什么时候在线",
                    "周末有人吗",
                    "what are your office hours",
                ],
            ),
            entry(
                "ticket",
                &[
                    "怎么提交工单",
                    "工单地址",
                    "工单在哪里提",
                    "where do I open a ticket",
                ],
            ),
            entry(
                "free-help",
                &[
                    "免费镜像怎么找人工支持",
                    "免费用户去哪里找人工",
                    "support for free images",
                ],
            ),
            entry(
                "notation",
                &["5×8是什么意思", "7×24怎么理解", "what does 5x8 mean"],
            ),
        ],
        precision: 0.95,
        ..Input::default()
    }
}

fn matcher() -> &'static Matcher {
    static MATCHER: std::sync::OnceLock<Matcher> = std::sync::OnceLock::new();
    MATCHER.get_or_init(|| Matcher::build(input()).unwrap())
}

fn best(text: &str) -> (String, f32) {
    matcher()
        .rank(text)
        .candidates
        .first()
        .map_or((String::new(), 0.0), |c| (c.id.to_string(), c.confidence))
}

#[test]
fn every_question_of_the_file_finds_its_entry_for_certain() {
    for entry in input().entries {
        for question in entry.questions {
            for text in [
                question.clone(),
                format!("你好，{question}？？谢谢"),
                question.to_uppercase(),
            ] {
                let (id, confidence) = best(&text);
                assert!(id == entry.id && confidence >= 0.97, "{text}: {id} {confidence}");
            }
        }
    }
}

#[test]
fn paraphrases_in_both_languages_find_the_entry() {
    for (text, id) in [
        ("請問工單在哪提交", "ticket"),
        ("ticket address?", "ticket"),
        ("可以退款吗", "refund"),
        ("what are the working hours", "hours"),
        ("5 X 8 啥意思", "notation"),
        ("免费镜像怎么获得人工支持", "free-help"),
    ] {
        let ranking = matcher().rank(text);
        assert_eq!(&*ranking.candidates[0].id, id, "{text}: {ranking:?}");
        assert!(ranking.question, "{text}");
    }
}

#[test]
fn chatter_stays_below_the_threshold_or_does_not_ask() {
    for text in [
        "哈哈哈",
        "今晚吃什么",
        "mysql 起不来了怎么办",
        "电话手表哪个好",
        "我这边下班了",
        "lunch time!",
        "。。。",
        "",
        "😀",
    ] {
        let ranking = matcher().rank(text);
        let confidence = ranking.candidates.first().map_or(0.0, |c| c.confidence);
        assert!(
            !ranking.question || confidence < matcher().thresholds().answer,
            "{text}: {ranking:?}"
        );
    }
}

#[test]
fn a_human_is_asked_for_in_both_languages() {
    for text in [
        "转人工",
        "我要人工服务",
        "帮我转一下人工客服",
        "找个真人来",
        "请转接人工",
        "能不能转人工啊",
        "I want to talk to a human",
        "can I speak with a real person please",
        "connect me to an agent",
        "human please",
        "get me a representative now",
        "不要机器人，给我换人工",
    ] {
        assert_eq!(best(text).0, HUMAN, "{text}");
        assert!(
            best(text).1 >= matcher().thresholds().answer,
            "{text}: {:?}",
            best(text)
        );
    }
    for text in [
        "人工智能怎么入门",
        "人工费多少",
        "人工湖在哪",
        "免费镜像怎么获得人工支持",
        "i talked to a person about it yesterday",
        "human resources never replies",
        "有人吗",
        "有人",
        "人间",
        "real estate agent fees",
    ] {
        let ranking = matcher().rank(text);
        let (id, confidence) = best(text);
        let quiet = !ranking.question || confidence < matcher().thresholds().answer;
        assert!(id != HUMAN || quiet, "{text}: {confidence}");
    }
}

#[test]
fn no_entry_stands_between_a_member_and_a_human() {
    let mut input = input();
    input.entries[0].questions.push("转人工".to_owned());
    input.entries[1].patterns = vec!["人工|human".to_owned()];
    let matcher = Matcher::build(input).unwrap();
    for text in ["转人工", "我要人工", "human please"] {
        let ranking = matcher.rank(text);
        let best = &ranking.candidates[0];
        assert_eq!(best.target, Target::Human, "{text}: {ranking:?}");
        assert!(best.confidence > 0.9, "{text}: {ranking:?}");
    }
}

#[test]
fn patterns_are_certain_and_read_raw_and_normalised_text() {
    let mut input = input();
    input.entries[0].patterns = vec!["^order #[0-9]+$".to_owned(), "退货".to_owned()];
    input.human.patterns = vec!["^999$".to_owned()];
    let matcher = Matcher::build(input).unwrap();
    for text in ["Order #12", "我要退貨"] {
        let ranking = matcher.rank(text);
        assert_eq!(
            (ranking.candidates[0].target, ranking.candidates[0].confidence),
            (Target::Entry(0), 1.0),
            "{text}"
        );
        assert!(matches!(ranking.candidates[0].evidence, Evidence::Pattern(_)));
        assert!(ranking.question);
    }
    assert_eq!(matcher.rank("999").candidates[0].target, Target::Human);
}

#[test]
fn a_bad_pattern_is_named() {
    let mut input = input();
    input.entries[1].patterns = vec!["(".to_owned()];
    let Err(MatcherError::Pattern { id, pattern, .. }) = Matcher::build(input) else {
        panic!("built")
    };
    assert_eq!((id.as_str(), pattern.as_str()), ("hours", "("));
}

#[test]
fn only_allowed_entries_are_ranked() {
    let without_tickets = matcher().rank_where("工单地址", |entry| entry != 2);
    assert!(without_tickets.candidates.iter().all(|c| &*c.id != "ticket"));
    let nothing = matcher().rank_where("工单地址", |_| false);
    assert!(nothing.candidates.iter().all(|c| c.target == Target::Human));
    assert_eq!(
        matcher().rank_where("转人工", |_| false).candidates[0].target,
        Target::Human
    );
}

#[test]
fn the_same_question_in_two_entries_is_shared_between_them() {
    let mut input = input();
    input.entries[1].questions.push("怎么退款".to_owned());
    let ranking = Matcher::build(input).unwrap().rank("怎么退款");
    let shares: Vec<f32> = ranking.candidates.iter().take(2).map(|c| c.confidence).collect();
    assert_eq!(shares, [0.5, 0.5]);
}

#[test]
fn a_file_of_any_size_can_be_built_and_asked() {
    for entries in [
        vec![],
        vec![entry("one", &["工单地址"])],
        vec![entry("none", &[]), entry("blank", &["？", ""])],
    ] {
        let matcher = Matcher::build(Input {
            entries,
            precision: 0.95,
            ..Input::default()
        })
        .unwrap();
        assert_eq!(matcher.rank("转人工").candidates[0].target, Target::Human);
        assert!(matcher.rank("完全无关的一句话 zebra").candidates.len() <= 5);
    }
}

#[test]
fn what_a_message_shares_with_a_question_is_told_synonyms_included() {
    assert_eq!(matcher().shared_words("the ticket thing", "工单地址"), ["ticket"]);
}

#[test]
fn two_builds_rank_alike() {
    let other = Matcher::build(input()).unwrap();
    for text in [
        "工单在哪",
        "退钱",
        "周末几点上班",
        "free images support",
        "随便聊聊",
    ] {
        assert_eq!(other.rank(text), matcher().rank(text), "{text}");
    }
    assert_eq!(other.thresholds(), matcher().thresholds());
}

#[test]
fn work_for_a_long_message_is_bounded() {
    for unit in ["a", "工", "工单", "ab ", "😀", "é\u{301}", "\u{200b}", "5*8 "] {
        let terms = |bytes: usize| {
            let text = normalise(&unit.repeat(bytes / unit.len()), language()).text;
            analyse(&text, &matcher().synonyms, language()).terms.len() + text.len()
        };
        assert!(terms(1_000_000) <= terms(10_000).max(20_000), "{unit:?}");
        matcher().rank(&unit.repeat(1_000_000 / unit.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_message_gets_probabilities(text in any::<String>()) {
        let ranking = matcher().rank(&text);
        prop_assert!(ranking.candidates.len() <= 5);
        let sum: f32 = ranking.candidates.iter().map(|c| c.confidence).sum();
        prop_assert!((0.0..=1.11).contains(&sum));
        prop_assert!(ranking.candidates.windows(2).all(|w| w[0].confidence >= w[1].confidence));
    }
}

#[test]
fn what_is_marked_as_out_of_scope_is_not_answered_and_what_is_like_it_less_surely() {
    let marked = "退款多久到账这首歌谁唱的";
    let marks = [marked, "退款这首歌好听吗", "谁会唱退款这首歌", "退款这首歌叫什么"];
    let with = |out_of_scope: &[&str]| {
        let out_of_scope = out_of_scope.iter().map(|&m| m.to_owned()).collect();
        Matcher::build(Input {
            out_of_scope,
            ..input()
        })
        .unwrap()
    };
    let (before, after) = (with(&[]), with(&marks));
    let sure = |matcher: &Matcher, text: &str| {
        let ranking = matcher.rank(text);
        let best = ranking.candidates.first();
        best.map_or((0.0, None), |best| (best.confidence, Some(best.target)))
    };
    assert!(sure(&before, marked).0 > 0.3);
    assert!(sure(&after, marked).0 < 0.1, "{:?}", after.rank(marked));
    let like_it = "退款那首歌是谁唱的";
    assert!(
        sure(&after, like_it).0 < 0.7 * sure(&before, like_it).0,
        "{:?} {:?}",
        before.rank(like_it),
        after.rank(like_it)
    );
    for (question, entry) in [("怎么退款呀", 0), ("退款多久到账", 0), ("工单地址发一下", 2)]
    {
        let (confidence, target) = sure(&after, question);
        assert_eq!(target, Some(Target::Entry(entry)), "{question}");
        assert!(confidence > 0.5, "{question}: {confidence}");
    }
    // A question of an entry stays one, whatever else is said of it.
    let both = with(&["怎么退款"]);
    assert!(sure(&both, "怎么退款").0 >= EXACT);
    // Who asks for a human gets one, whatever was marked.
    let human = with(&["转人工"]);
    assert_eq!(sure(&human, "转人工").1, Some(Target::Human));
    assert!(sure(&human, "转人工").0 > 0.9);
}

#[test]
fn the_same_comes_out_whatever_the_number_of_threads() {
    let many: Vec<EntryInput> = (0..400)
        .map(|number| {
            let questions =
                (0..4).map(|way| format!("第{number}号设备{way}怎么重启 restart device {number}"));
            EntryInput {
                id: format!("e{number}"),
                questions: questions.collect(),
                ..EntryInput::default()
            }
        })
        .collect();
    let questions: Vec<&str> = many
        .iter()
        .flat_map(|entry| entry.questions.iter().map(String::as_str))
        .collect();
    let synonyms = Synonyms::build(&[], language());
    let index = |threads: usize| {
        let mut parts = collect_questions::in_parts(&questions, threads, &synonyms, language());
        assert_eq!(parts.len(), threads);
        Index::build(&vec![4; many.len()], &mut parts)
    };
    let (one, three) = (index(1), index(3));
    let analysis = analyse(
        &normalise("7号设备怎么重启", language()).text,
        &synonyms,
        language(),
    );
    let message = Message {
        analysis: &analysis,
        asked: true,
        meaning: None,
    };
    let field = |index: &Index| format!("{:?}", index.field(&message, None, Without::default(), |_| true));
    assert_eq!(field(&one), field(&three));
    assert!(field(&one).contains("entry: 7,"), "{}", field(&one));
}

#[test]
fn the_same_words_are_worth_less_where_nobody_asks_anything_of_us() {
    let unasked = |text: &str| {
        let ranking = matcher().rank(text);
        let best = ranking
            .candidates
            .first()
            .map_or((0.0, 0.0), |c| (c.confidence, c.unasked));
        (best.1, best.0)
    };
    let asked = [
        "请问怎么申请退款",
        "工单在哪里可以提啊",
        "你们周末有没有人",
        "how can I get a refund please",
    ];
    let talk = [
        "我上周退款已经到账了",
        "工单昨天就提交过了",
        "没有，周末没人",
        "谢谢，退款收到了",
        "他问你们几点上班",
        "I got my refund last week",
        "银行几点上班",
    ];
    let least = asked.map(|text| unasked(text).0).into_iter().fold(1.0, f32::min);
    for text in talk {
        let (unasked, called) = unasked(text);
        assert!(
            unasked < least && unasked < 0.5,
            "{text}: {unasked} of {called}, asked {least}"
        );
    }
    // Who calls the bot wants something of it, whatever it reads like.
    let (unasked, called) = unasked("周末没人");
    assert!(called > unasked, "{called} {unasked}");
}

#[test]
fn an_answers_words_speak_for_its_entry() {
    let with = |passage: &str| {
        let mut input = input();
        if let Some(entry) = input.entries.first_mut() {
            passage.clone_into(&mut entry.passage);
        }
        let ranking = Matcher::build(input)
            .unwrap()
            .rank("手续费会扣吗，原路退回要几个工作日");
        let refund = ranking.candidates.iter().find(|c| &*c.id == "refund");
        refund.map_or(0.0, |c| c.confidence)
    };
    let without = with("");
    let known = with("3 到 5 个工作日原路退回，不扣手续费。");
    assert!(known > without, "{known} {without}");
}

#[test]
fn a_word_that_only_one_entry_has_tells_more_than_one_that_a_neighbour_has_too() {
    // The same question and answer of "refund" each time; only whether the ticket's answer has its word differs.
    let confidence = |neighbour: &str| {
        let mut input = input();
        for entry in &mut input.entries {
            match entry.id.as_str() {
                "refund" => "原路退回，不扣手续费。".clone_into(&mut entry.passage),
                "ticket" => neighbour.clone_into(&mut entry.passage),
                _ => {}
            }
        }
        let ranking = Matcher::build(input).unwrap().rank("那个手续费是谁出");
        let refund = ranking.candidates.iter().find(|c| &*c.id == "refund");
        refund.map_or(0.0, |c| c.confidence)
    };
    let own = confidence("在官网右上角提交，写清楚版本。");
    let shared = confidence("在官网右上角提交，写清楚手续费。");
    assert!(own > 1.2 * shared, "{own} {shared}");
}

#[test]
fn words_of_another_company_to_the_bot_are_asked_back_and_never_answered_at_once() {
    let matcher = Matcher::build(input()).unwrap();
    let of = |text: &str| matcher.rank(text).candidates[0].clone();
    assert!(of("怎么退款").confidence >= 0.5);
    let others = of("支付宝怎么退款");
    assert_eq!(&*others.id, "refund");
    assert!(others.confidence < 0.5 && others.confidence > 0.2, "{others:?}");
}
