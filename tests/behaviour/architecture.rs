//! Imports run in the order that ARCHITECTURE.md gives.

use std::{fs, path::Path};

/// The modules, in their order.
fn order() -> Vec<&'static str> {
    let page = include_str!("../../ARCHITECTURE.md");
    let (_, list) = page.split_once("```order\n").expect("the list");
    let (list, _) = list.split_once("```").expect("its end");
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// The source files of a module.
fn files(path: &Path) -> Vec<String> {
    if path.is_file() {
        return vec![fs::read_to_string(path).expect("a source file")];
    }
    let entries = fs::read_dir(path).expect("a folder");
    entries
        .flat_map(|entry| files(&entry.expect("an entry").path()))
        .collect()
}

/// The modules that a source file names after `crate::`, comments and unit tests aside.
fn imports(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests").next();
    let code: String = code
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut imports = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => imports.extend(heads(group)),
            None => imports.push(name(rest)),
        }
    }
    imports
}

/// The first names of the items of a group, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let mut depth = 0;
    let mut item = true;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => item = true,
            _ if item && !character.is_whitespace() => {
                heads.push(name(&group[at..]));
                item = false;
            }
            _ => {}
        }
    }
    heads
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
    for entry in fs::read_dir(&src).expect("a folder") {
        let path = entry.expect("an entry").path();
        let module = path.file_stem().expect("a name").to_string_lossy();
        if module == "lib" {
            continue;
        }
        let own = rank(&module).unwrap_or_else(|| panic!("ARCHITECTURE.md does not list {module}"));
        for import in files(&path).iter().flat_map(|source| imports(source)) {
            assert!(
                !import.starts_with(char::is_uppercase),
                "`{module}` imports `{import}` from the root: name its module"
            );
            assert!(
                rank(&import).is_none_or(|imported| imported <= own),
                "`{module}` imports `{import}`, which comes after it in ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn an_import_is_found_in_every_form() {
    let source =
        "use crate::{a::{b, c}, d};\nuse crate::e::f;\n/// crate::g\nlet h = crate::i::j();";
    assert_eq!(imports(source), ["a", "d", "e", "i"]);
}
