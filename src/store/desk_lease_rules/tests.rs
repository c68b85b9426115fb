//! Nodes that are stopped, cut off and late, and a database that is none of that: two never act at once, and nobody commits in an epoch
//! that is over.

use super::*;
use proptest::prelude::*;

const NODES: usize = 3;

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    /// Time passes, in milliseconds.
    Time(u64),
    /// A node gets the processor: it asks what is due, begins a commit, sends.
    Run(usize),
    /// The database reads the oldest question that is under way.
    Served,
    /// A node hears the oldest answer.
    Heard(usize),
    /// A node is stopped, or goes on.
    Stopped(usize, bool),
    /// A node is cut off from the database, or reaches it again.
    CutOff(usize, bool),
    /// A commit that has passed the fence ends.
    Committed(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let node = || 0..NODES;
    prop_oneof![
        8 => (1_u64..900).prop_map(Event::Time),
        1 => (3_000_u64..30_000).prop_map(Event::Time),
        12 => node().prop_map(Event::Run),
        12 => Just(Event::Served),
        12 => node().prop_map(Event::Heard),
        2 => (node(), any::<bool>()).prop_map(|(node, stopped)| Event::Stopped(node, stopped)),
        2 => (node(), any::<bool>()).prop_map(|(node, cut)| Event::CutOff(node, cut)),
        8 => node().prop_map(Event::Committed),
    ]
}

/// The row, as `postgres/desk_lease_renewal.rs` writes it.
#[derive(Debug, Default)]
struct Row {
    holder: Option<usize>,
    epoch: i64,
    until: LeaseMoment,
}

struct Node {
    lease: DeskLease,
    stopped: bool,
    cut_off: bool,
    asking: Option<LeaseMoment>,
    answers: Vec<(LeaseMoment, LeaseAnswer)>,
    /// Epoch of a commit that has passed the fence.
    committing: Option<i64>,
}

struct World {
    now: LeaseMoment,
    row: Row,
    nodes: Vec<Node>,
    /// Questions under way.
    questions: Vec<(usize, LeaseMoment, LeaseQuestion)>,
    commits: Vec<i64>,
    taken: u32,
}

impl World {
    fn new() -> Self {
        let node = || Node {
            lease: DeskLease::new(LeaseMoment::ZERO),
            stopped: false,
            cut_off: false,
            asking: None,
            answers: Vec::new(),
            committing: None,
        };
        Self {
            now: LeaseMoment::ZERO,
            row: Row::default(),
            nodes: std::iter::repeat_with(node).take(NODES).collect(),
            questions: Vec::new(),
            commits: Vec::new(),
            taken: 0,
        }
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Time(milliseconds) => self.now += Duration::from_millis(milliseconds),
            Event::Stopped(node, stopped) => self.nodes[node].stopped = stopped,
            Event::CutOff(node, cut) => self.nodes[node].cut_off = cut,
            Event::Run(at) => {
                let node = &mut self.nodes[at];
                if node.stopped {
                    return;
                }
                if node.asking.is_none()
                    && let Some(question) = node.lease.question(self.now)
                {
                    node.asking = Some(self.now);
                    if node.cut_off {
                        node.answers.push((self.now, LeaseAnswer::Nothing));
                    } else {
                        self.questions.push((at, self.now, question));
                    }
                }
                let standing = node.lease.standing(self.now);
                // A commit begins with the fence, which holds the row until it ends.
                if let NodeRole::Holder { epoch, .. } = standing
                    && !node.cut_off
                    && epoch == self.row.epoch
                {
                    node.committing = Some(epoch);
                }
            }
            Event::Served => {
                if self.questions.is_empty() {
                    return;
                }
                let (at, asked, question) = self.questions.remove(0);
                let answer = self.served(at, question);
                self.nodes[at].answers.push((asked, answer));
            }
            Event::Heard(at) => {
                let node = &mut self.nodes[at];
                if node.stopped || node.answers.is_empty() {
                    return;
                }
                let (asked, answer) = node.answers.remove(0);
                node.asking = None;
                node.lease.answered(asked, self.now, answer);
            }
            Event::Committed(at) => {
                let node = &mut self.nodes[at];
                if node.stopped {
                    return;
                }
                if let Some(epoch) = node.committing.take() {
                    assert_eq!(epoch, self.row.epoch, "committed in an epoch that was over");
                    self.commits.push(epoch);
                }
            }
        }
        let trusted = self
            .nodes
            .iter_mut()
            .filter(|node| matches!(node.lease.clone().standing(self.now), NodeRole::Holder { .. }));
        assert!(trusted.count() <= 1, "two nodes act for the desk");
        assert!(self.commits.is_sorted());
    }

    fn served(&mut self, at: usize, question: LeaseQuestion) -> LeaseAnswer {
        // The row is held by a commit under way; the database ends one whose node says nothing any more.
        for (other, node) in self.nodes.iter_mut().enumerate() {
            if other != at && (node.stopped || node.cut_off) {
                node.committing = None;
            }
        }
        let is_held = self.nodes.iter().any(|node| node.committing.is_some());
        match question {
            LeaseQuestion::Take if is_held || (self.row.holder.is_some() && self.now <= self.row.until) => {
                LeaseAnswer::Another
            }
            LeaseQuestion::Take => {
                self.row = Row {
                    holder: Some(at),
                    epoch: self.row.epoch + 1,
                    until: self.now + LEASE_TERM,
                };
                self.taken += 1;
                LeaseAnswer::Ours {
                    epoch: self.row.epoch,
                }
            }
            LeaseQuestion::Renew { epoch } if epoch == self.row.epoch && self.row.holder == Some(at) => {
                self.row.until = self.now + LEASE_TERM;
                LeaseAnswer::Ours { epoch }
            }
            LeaseQuestion::Renew { .. } => LeaseAnswer::Another,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn two_nodes_never_act_at_once_and_nobody_commits_in_an_epoch_that_is_over(
        events in prop::collection::vec(event(), 1..400),
    ) {
        let mut world = World::new();
        for event in &events {
            world.happen(event);
        }
    }
}

#[test]
fn a_holder_that_dies_is_followed_within_the_term_and_one_that_goes_on_keeps_the_desk() {
    let mut world = World::new();
    let step = |world: &mut World, nodes: std::ops::Range<usize>| {
        for at in nodes.clone() {
            world.happen(&Event::Run(at));
        }
        while !world.questions.is_empty() {
            world.happen(&Event::Served);
        }
        for at in nodes {
            world.happen(&Event::Heard(at));
            world.happen(&Event::Committed(at));
        }
        world.happen(&Event::Time(100));
    };
    for _ in 0..600 {
        step(&mut world, 0..NODES);
    }
    assert_eq!((world.taken, world.row.holder), (1, Some(0)), "nobody was away");
    world.nodes[0].stopped = true;
    let died = world.now;
    while world.taken == 1 {
        step(&mut world, 1..NODES);
        assert!(world.now < died + LEASE_TERM + STANDBY_INTERVAL * 2);
    }
    world.nodes[0].stopped = false;
    step(&mut world, 0..NODES);
    assert_eq!(world.nodes[0].lease.standing(world.now), NodeRole::Over);
}

#[test]
fn a_holder_waits_while_the_database_is_away_and_goes_on_where_nobody_came() {
    let mut lease = DeskLease::new(LeaseMoment::ZERO);
    let at = Duration::from_millis;
    assert_eq!(lease.question(at(0)), Some(LeaseQuestion::Take));
    lease.answered(at(0), at(10), LeaseAnswer::Ours { epoch: 7 });
    assert_eq!(lease.question(at(1_999)), None);
    assert_eq!(lease.question(at(2_000)), Some(LeaseQuestion::Renew { epoch: 7 }));
    lease.answered(at(2_000), at(3_500), LeaseAnswer::Nothing);
    let until = at(5_000);
    assert_eq!(lease.standing(at(4_999)), NodeRole::Holder { epoch: 7, until });
    assert_eq!(lease.standing(at(5_000)), NodeRole::Doubtful { epoch: 7 });
    lease.answered(at(65_000), at(65_010), LeaseAnswer::Ours { epoch: 7 });
    let until = at(70_000);
    assert_eq!(lease.standing(at(65_010)), NodeRole::Holder { epoch: 7, until });
    // An answer that came so late that its trust is over says nothing about this moment.
    lease.answered(at(66_000), at(71_500), LeaseAnswer::Ours { epoch: 7 });
    assert_eq!(lease.standing(at(71_500)), NodeRole::Doubtful { epoch: 7 });
    lease.answered(at(71_500), at(71_510), LeaseAnswer::Another);
    assert_eq!(lease.standing(at(71_510)), NodeRole::Over);
}
