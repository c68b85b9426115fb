# The daily commands. `just` lists them; each is one line that can be typed without just.

set positional-arguments

# Lists the commands
default:
    @just --list

# Runs the program: `just run`, `just run check faq.yaml`
run *ARGUMENTS:
    cargo run --release -- "$@"

# Runs all tests
test:
    cargo test --workspace

# Runs one suite of tests/, or with `lib` the library's, and of it what contains FILTER: `just test-one talk`, `just test-one lib crowd`
test-one SUITE *FILTER:
    cargo test --workspace {{ if SUITE == "lib" { "--lib" } else { "--test " + SUITE } }} -- {{ FILTER }}

# Formats, and checks all targets with the lints
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets --features groupdesk/fitting -- -D warnings
    cargo clippy --lib --no-default-features -- -D warnings

# Compares the documents' two languages and checks their links, and builds the crates' own documentation
docs:
    cargo test --workspace --test documents --test tidy --test walls
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Measures: matcher, line (the whole program under load), store, unanswered
bench NAME="matcher":
    cargo bench --bench {{ NAME }}

# Writes the schemas anew
schema:
    cargo run --quiet -- --lang en schema faq > schema/faq.schema.json
    cargo run --quiet -- --lang en schema config > schema/config.schema.json
    cargo run --quiet -- --lang en schema webhook > schema/webhook.schema.json
    cargo run --quiet -- --lang zh schema faq > schema/zh/faq.schema.json
    cargo run --quiet -- --lang zh schema config > schema/zh/config.schema.json
    cargo run --quiet -- --lang zh schema webhook > schema/zh/webhook.schema.json

# Makes the README's pictures anew, by the browser's tests
pictures:
    mkdir -p target/pictures docs/pictures
    GROUPDESK_PICTURES=target/pictures cargo test --workspace --test browser pictures_for_the_readme
    for name in overview ticket entry figures; do for picture in target/pictures/$name-??-*.png; do pngquant --force --strip --speed 1 --output docs/pictures/${picture##*/} 64 $picture; done; done

# Builds a package into dist/ and tries it: wheel, npm, deb, rpm, image, or all (20 minutes and more)
package WHAT="all":
    deploy/build {{ WHAT }}
    deploy/check {{ if WHAT == "all" { "" } else { WHAT } }}

# Runs everything that must be green before a change lands
check:
    bash .ci/run
