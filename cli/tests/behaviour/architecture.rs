//! Imports run in the order that ARCHITECTURE.md gives for the tool.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules, in their order.
fn order() -> Vec<&'static str> {
    let page = include_str!("../../../ARCHITECTURE.md");
    let (_, list) = page.split_once("```order of the tool\n").expect("the list");
    let (list, _) = list.split_once("```").expect("its end");
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// All source files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .collect()
}

/// The code of a file, comments and unit tests aside.
fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).expect("a source file");
    let code = source.split("#[cfg(test)]\nmod tests").next();
    code.unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first names after each `root::`, such as `a` and `b` of `root::{a::c, b}`.
fn imports(code: &str, root: &str) -> Vec<String> {
    let mut imports = Vec::new();
    for (at, _) in code.match_indices(root) {
        let rest = &code[at + root.len()..];
        let group = rest.strip_prefix('{');
        let (mut depth, mut item) = (0, true);
        for (at, character) in group.unwrap_or(rest).char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => item = true,
                _ if item && !character.is_whitespace() => {
                    imports.push(name(&group.unwrap_or(rest)[at..]));
                    item = false;
                }
                _ => {}
            }
            if group.is_none() {
                break;
            }
        }
    }
    imports
}

fn name(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_alphanumeric() || *character == '_')
        .collect()
}

#[test]
fn imports_run_one_way() {
    let order = order();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rank = |module: &str| order.iter().position(|listed| *listed == module);
    for path in files(&src) {
        let inside = path.strip_prefix(&src).expect("below src");
        let module = inside.components().next().expect("a name");
        let module = Path::new(&module).file_stem().expect("a name");
        let module = module.to_str().expect("UTF-8");
        if module == "main" {
            continue;
        }
        let own = rank(module).unwrap_or_else(|| panic!("ARCHITECTURE.md does not list {module}"));
        for import in imports(&code(&path), "crate::") {
            let imported = rank(&import);
            let imported = imported.unwrap_or_else(|| panic!("{import} is not listed"));
            assert!(
                imported <= own,
                "`{}` imports `{import}`, which comes after it in ARCHITECTURE.md",
                inside.display()
            );
        }
    }
    for module in &order {
        let exists = src.join(module).is_dir() || src.join(format!("{module}.rs")).is_file();
        assert!(exists, "ARCHITECTURE.md lists {module}, which is not there");
    }
}

/// A folder's `mod.rs` is made of its files, so they cannot be made of it.
#[test]
fn a_file_of_a_folder_uses_its_neighbours_and_not_what_is_above() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in files(&src) {
        let folder = path.parent().expect("a folder");
        // Those of a `mod.rs` are beside its folder.
        let neighbours = match path.ends_with("mod.rs") {
            true => folder.parent().expect("a folder"),
            false => folder,
        };
        for import in imports(&code(&path), "super::") {
            let is_neighbour = neighbours.join(format!("{import}.rs")).is_file()
                || neighbours.join(&import).is_dir();
            assert!(is_neighbour, "{} imports super::{import}", path.display());
        }
    }
}

#[test]
fn an_import_is_found_in_every_form() {
    let code = "use crate::{a::{b, c}, d};\nuse crate::e::f;\nlet h = crate::i::j();";
    assert_eq!(imports(code, "crate::"), ["a", "d", "e", "i"]);
}
