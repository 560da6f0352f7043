//! Reads which files of a package import which, and holds that against the order of its modules. The
//! tests of the tool and of the inbox use it, too.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The absolute path of a module or an item: `["layer", "admit"]` is `crate::layer::admit`.
type Name = Vec<String>;

/// The modules of a package.
pub(crate) struct Package(BTreeMap<Name, Module>);

#[derive(Default)]
struct Module {
    /// The paths in its code, some of which lead into other packages.
    paths: Vec<Name>,
    /// What `pub use` makes available under another path.
    exports: BTreeMap<String, Name>,
}

impl Package {
    /// The package whose `lib.rs` or `main.rs` is in the folder `src`.
    pub(crate) fn read(src: &Path) -> Self {
        let sources: BTreeMap<Name, String> = files(src)
            .into_iter()
            .map(|path| {
                (
                    name_of(path.strip_prefix(src).expect("below src")),
                    code(&path),
                )
            })
            .collect();
        let module = |(name, code): (&Name, &String)| {
            let inside = |child: &&Name| child.len() == name.len() + 1 && child.starts_with(name);
            let children = sources.keys().filter(inside);
            let children: Vec<&str> = children
                .filter_map(|child| child.last())
                .map(|c| &**c)
                .collect();
            (name.clone(), Module::read(name, code, &children))
        };
        Self(sources.iter().map(module).collect())
    }

    /// The file that an item is defined in, wherever it is re-exported. `None` for the root.
    fn owner(&self, path: &[String]) -> Option<&Name> {
        let (mut owner, mut module) = self.0.get_key_value(&[][..])?;
        for (depth, segment) in path.iter().enumerate() {
            if let Some(child) = self.0.get_key_value(&path[..=depth]) {
                (owner, module) = child;
            } else if let Some(exported) = module.exports.get(segment) {
                return self.owner(&[exported, &path[depth + 1..]].concat());
            } else {
                break;
            }
        }
        (!owner.is_empty()).then_some(owner)
    }

    /// Each file with those that it imports from. The root, which is made of all others, is none.
    fn imports(&self) -> BTreeMap<&Name, Vec<&Name>> {
        let files = self.0.iter().filter(|(name, _)| !name.is_empty());
        let imports = |(name, module): (_, &'_ Module)| {
            let owners = module.paths.iter().filter_map(|path| self.owner(path));
            (name, owners.filter(|owner| *owner != name).collect())
        };
        files.map(imports).collect()
    }

    /// Modules import themselves and those before them in the order.
    pub(crate) fn assert_one_way(&self, order: &[&str]) {
        let rank = |name: &Name| {
            let rank = order.iter().position(|listed| *listed == name[0]);
            let unlisted = || format!("ARCHITECTURE.md does not list {}", name[0]);
            rank.ok_or_else(unlisted).expect("a listed module")
        };
        for (file, imports) in self.imports() {
            for import in imports {
                assert!(
                    rank(import) <= rank(file),
                    "{file:?} imports from {import:?}, which comes after it in ARCHITECTURE.md"
                );
            }
        }
        for module in order {
            let exists = self.0.contains_key(&[(*module).to_owned()][..]);
            assert!(exists, "ARCHITECTURE.md lists {module}, which is not there");
        }
    }

    /// Modules import an item from the module that defines it, not through the root.
    pub(crate) fn assert_from_owners(&self) {
        for (file, module) in self.0.iter().filter(|(name, _)| !name.is_empty()) {
            let root = &self.0[&[][..]];
            let through_root = |path: &&Name| {
                let first = path.first();
                first.is_some_and(|first| root.exports.contains_key(first))
                    && !self.0.contains_key(&path[..1])
            };
            let found = module.paths.iter().find(through_root);
            assert_eq!(found, None, "{file:?} imports through the root");
        }
    }

    /// No file imports from one that imports from it, directly or through others.
    pub(crate) fn assert_no_circle(&self) {
        let imports = self.imports();
        let mut done = Vec::new();
        for file in imports.keys() {
            walk(file, &imports, &mut Vec::new(), &mut done);
        }
    }
}

/// Follows the imports of a file, and fails on the first that leads back to the way it came.
fn walk<'a>(
    file: &'a Name,
    imports: &BTreeMap<&'a Name, Vec<&'a Name>>,
    way: &mut Vec<&'a Name>,
    done: &mut Vec<&'a Name>,
) {
    if done.contains(&file) {
        return;
    }
    assert!(!way.contains(&file), "a circle: {way:?} imports {file:?}");
    way.push(file);
    for import in imports.get(file).into_iter().flatten() {
        walk(import, imports, way, done);
    }
    way.pop();
    done.push(file);
}

impl Module {
    fn read(name: &[String], code: &str, children: &[&str]) -> Self {
        let mut module = Self::default();
        // What the statements bind: a name, by which the code says the path.
        let mut bound: BTreeMap<String, Name> = BTreeMap::new();
        let mut rest = String::new();
        let mut statements = code;
        while let Some((before, is_public, tree, after)) = next_use(statements) {
            rest.push_str(before);
            statements = after;
            for path in flatten(tree) {
                let (path, alias) = path.split_once(" as ").unwrap_or((&path, ""));
                let Some(path) = absolute(name, children, path) else {
                    continue;
                };
                let last = path.last().cloned().unwrap_or_default();
                let as_name = if alias.is_empty() {
                    last
                } else {
                    alias.to_owned()
                };
                if is_public {
                    module.exports.insert(as_name.clone(), path.clone());
                }
                // Handing on what a child defines is no import.
                if !is_public || !path.starts_with(name) {
                    module.paths.push(path.clone());
                }
                bound.insert(as_name, path);
            }
        }
        rest.push_str(statements);
        for path in rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
            let (first, behind) = path.split_once("::").unwrap_or((path, ""));
            if let Some(bound) = bound.get(first) {
                let behind = behind.split("::").filter(|segment| !segment.is_empty());
                let behind = behind.map(str::to_owned);
                module
                    .paths
                    .push(bound.iter().cloned().chain(behind).collect());
            } else if !behind.is_empty() {
                module.paths.extend(absolute(name, children, path));
            }
        }
        module
    }
}

/// What is before the first `use` of a code, whether it re-exports, its tree, and what is after it.
fn next_use(code: &str) -> Option<(&str, bool, &str, &str)> {
    let (at, _) = code.match_indices("use ").find(|(at, _)| {
        let line = code[..*at]
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .trim_start();
        line.is_empty() || (line.starts_with("pub") && line.ends_with([' ', ')']))
    })?;
    let (before, rest) = code.split_at(at);
    let (tree, after) = rest["use ".len()..].split_once(';')?;
    let visible = before
        .rsplit('\n')
        .next()
        .is_some_and(|line| line.contains("pub"));
    Some((before, visible, tree, after))
}

/// The paths of a tree such as `a::{b, c::{self, d}}`.
fn flatten(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((root, group)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let group = group.strip_suffix('}').unwrap_or(group);
    let mut depth = 0;
    let parts = group.split(|character| {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        character == ',' && depth == 0
    });
    parts
        .filter(|part| !part.trim().is_empty())
        .flat_map(flatten)
        .map(|part| match &*part {
            "self" => root.trim_end_matches("::").to_owned(),
            _ => format!("{root}{part}"),
        })
        .collect()
}

/// A path that is written in the module `name`, from the root. `None` if it leads out of the package.
fn absolute(name: &[String], children: &[&str], path: &str) -> Option<Name> {
    let mut segments = path.split("::").map(str::trim).peekable();
    let mut absolute = match segments.peek() {
        Some(&"crate") => Vec::new(),
        Some(&("self" | "super")) => name.to_vec(),
        Some(child) if children.contains(child) => name.to_vec(),
        _ => return None,
    };
    for segment in segments {
        match segment {
            "crate" | "self" => {}
            "super" => drop(absolute.pop()),
            "" => break,
            _ => absolute.push(segment.to_owned()),
        }
    }
    Some(absolute)
}

/// The module of a file.
fn name_of(file: &Path) -> Name {
    let path = file.with_extension("");
    let segments = path.iter().map(|segment| segment.to_str().expect("UTF-8"));
    segments
        .filter(|segment| !["lib", "main", "mod"].contains(segment))
        .map(str::to_owned)
        .collect()
}

/// The modules of a list in ARCHITECTURE.md, in their order.
pub(crate) fn order<'a>(page: &'a str, list: &str) -> Vec<&'a str> {
    let (_, list) = page.split_once(&format!("```{list}\n")).expect("the list");
    let (list, _) = list.split_once("```").expect("its end");
    list.lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// The source files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The code of a file, comments and unit tests aside.
fn code(path: &Path) -> String {
    let source = fs::read_to_string(path).expect("a source file");
    let code = source.split("#[cfg(test)]\nmod tests {").next();
    code.unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package of one line of code a module.
    fn package(modules: &[(&str, &str)]) -> Package {
        let name = |module: &str| -> Name {
            let segments = module.split("::").filter(|segment| !segment.is_empty());
            segments.map(str::to_owned).collect()
        };
        let read = |(module, code): &(&str, &str)| {
            let children = modules.iter().filter_map(|(other, _)| {
                let child = other.strip_prefix(module)?.trim_start_matches("::");
                (!child.is_empty() && !child.contains("::")).then_some(child)
            });
            let children: Vec<&str> = children.collect();
            (name(module), Module::read(&name(module), code, &children))
        };
        Package(modules.iter().map(read).collect())
    }

    #[test]
    fn an_import_is_found_in_every_form() {
        for code in [
            "use crate::b::B;",
            "use crate::{\n    std::c,\n    b::{B, C},\n};",
            "use super::b::B;",
            "pub(crate) fn f() -> crate::b::B {}",
            "macro_rules! m { () => { $crate::b::B } }",
        ] {
            let package = package(&[("", ""), ("a", code), ("b", "")]);
            let imports = &package.imports()[&vec!["a".to_owned()]];
            assert!(imports.iter().any(|name| name[..] == ["b"]), "{code}");
        }
    }

    #[test]
    #[should_panic(expected = "a circle")]
    fn a_circle_is_found_through_a_re_export() {
        package(&[
            ("", ""),
            ("a", "pub use self::b::B; use self::c::C;"),
            ("a::b", "use super::c;\nfn b() { c::d() }"),
            ("a::c", "fn c() { crate::a::B::new() }"),
        ])
        .assert_no_circle();
    }

    #[test]
    #[should_panic(expected = "a circle")]
    fn what_is_re_exported_and_used_is_an_import() {
        package(&[
            ("", ""),
            ("a", "pub use self::b::B;\nfn a() -> B { B }"),
            ("a::b", "use super::A;"),
        ])
        .assert_no_circle();
    }

    #[test]
    #[should_panic(expected = "comes after it")]
    fn a_re_export_of_another_module_is_an_import() {
        package(&[("", ""), ("a", "pub use crate::b::B;"), ("b", "")]).assert_one_way(&["a", "b"]);
    }

    #[test]
    #[should_panic(expected = "comes after it")]
    fn an_import_against_the_order_is_found() {
        package(&[("", ""), ("a", "use crate::b::B;"), ("b", "")]).assert_one_way(&["a", "b"]);
    }

    #[test]
    #[should_panic(expected = "through the root")]
    fn an_import_through_the_root_is_found() {
        package(&[
            ("", "pub use self::b::B;"),
            ("a", "use crate::B;"),
            ("b", ""),
        ])
        .assert_from_owners();
    }
}
