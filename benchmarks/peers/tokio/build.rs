//! Tells the program which compiler and which Tokio it was built with.

use std::{env, fs, process::Command};

fn main() {
    let rustc = Command::new(env::var("RUSTC").unwrap())
        .arg("--version")
        .output()
        .unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    println!(
        "cargo::rustc-env=RUSTC_VERSION={}",
        rustc.split(' ').nth(1).unwrap()
    );

    let lock = fs::read_to_string("Cargo.lock").unwrap();
    let (_, tokio) = lock.split_once("name = \"tokio\"\nversion = \"").unwrap();
    println!(
        "cargo::rustc-env=TOKIO_VERSION={}",
        tokio.split('"').next().unwrap()
    );
    println!("cargo::rerun-if-changed=Cargo.lock");
}
