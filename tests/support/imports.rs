//! Reads which modules import which, and compares that with an order. The tool's tests use it, too.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The modules of a list in ARCHITECTURE.md, in their order.
pub(crate) fn order<'a>(page: &'a str, list: &str) -> Vec<&'a str> {
    let (_, list) = page.split_once(&format!("```{list}\n")).expect("the list");
    let (list, _) = list.split_once("```").expect("its end");
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// All source files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
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
pub(crate) fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).expect("a source file");
    let code = source.split("#[cfg(test)]\nmod tests").next();
    code.unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first names after each `root::`, such as `a` and `b` of `root::{a::c, b}`.
pub(crate) fn imports(code: &str, root: &str) -> Vec<String> {
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

/// Modules of `src` import themselves and those before them in the order; `but` is not one of them.
pub(crate) fn assert_one_way(src: &Path, order: &[&str], but: &str) {
    let rank = |module: &str| order.iter().position(|listed| *listed == module);
    let listed =
        |module: &str| rank(module).ok_or(format!("ARCHITECTURE.md does not list {module}"));
    for path in files(src) {
        let inside = path.strip_prefix(src).expect("below src");
        let module = inside.components().next().expect("a name");
        let module = Path::new(&module).file_stem().expect("a name");
        let module = module.to_str().expect("UTF-8");
        if module == but {
            continue;
        }
        let own = listed(module).expect("a module");
        for import in imports(&code(&path), "crate::") {
            let imported = listed(&import).expect("a module");
            assert!(
                imported <= own,
                "`{}` imports `{import}`, which comes after it in ARCHITECTURE.md",
                inside.display()
            );
        }
    }
    for module in order {
        let exists = src.join(module).is_dir() || src.join(format!("{module}.rs")).is_file();
        assert!(exists, "ARCHITECTURE.md lists {module}, which is not there");
    }
}

#[test]
fn an_import_is_found_in_every_form() {
    let code = "use crate::{a::{b, c}, d};\nuse crate::e::f;\nlet h = crate::i::j();";
    assert_eq!(imports(code, "crate::"), ["a", "d", "e", "i"]);
}
