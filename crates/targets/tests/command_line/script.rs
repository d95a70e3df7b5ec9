//! Which commands are found in a script.

use daypass_targets::command_line::{Part, commands};

/// Each command as `line: word|word`, an unknown part between `<` and `>`.
fn found(script: &str) -> Vec<String> {
    let commands = commands(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    let commands = commands.iter().map(|command| {
        let words = command.words.iter().map(|word| {
            let parts = word.parts().iter().map(|part| match part {
                Part::Known(text) => text.clone(),
                Part::Unknown(source) => format!("<{source}>"),
            });
            parts.collect::<String>()
        });
        format!("{}: {}", command.line, words.collect::<Vec<_>>().join("|"))
    });
    commands.collect()
}

#[test]
fn commands_where_they_stand() {
    for (script, expected) in [
        ("aws s3 ls", &["1: s3|ls"][..]),
        ("\n\n  aws s3 ls  \r\n", &["3: s3|ls"]),
        ("aws s3 \\\n  ls \\\r\n s3://b # comment\naws sts x", &["1: s3|ls|s3://b", "4: sts|x"]),
        ("# aws s3 ls\necho aws s3 ls", &[]),
        ("echo a#b; aws a#b", &["1: a#b"]),
        ("aws a && aws b || aws c; aws d | aws e & aws f", &["1: a", "1: b", "1: c", "1: d", "1: e", "1: f"]),
        ("(cd x && aws a) ; { aws b; }", &["1: a", "1: b"]),
        ("A=1 B=\"x y\" C+=$(aws a) aws b", &["1: a", "1: b"]),
        ("if ! aws a; then aws b; elif aws c; then :; else aws d; fi", &["1: a", "1: b", "1: c", "1: d"]),
        ("for f in aws b c; do aws \"$f\"; done", &["1: <$f>"]),
        ("while aws a; do aws b; done", &["1: a", "1: b"]),
        ("case $x in a) aws a ;; b|c) aws b ;; esac", &["1: a", "1: b"]),
        ("X=$(case $x in\n a) aws a ;;\n (b) aws b ;; esac) aws c", &["2: a", "3: b", "3: c"]),
        ("X=$(if :; then case x in *) aws a; esac; fi; aws b); aws c", &["1: a", "1: b", "1: c"]),
        ("f() { aws a; }\nfunction aws { :; }", &["1: a"]),
        ("X=$(aws a --b \"$(aws c)\")", &["1: c", "1: a|--b|<$(aws c)>"]),
        ("echo `aws a \\`aws b\\``", &["1: b", "1: a|<`aws b`>"]),
        ("echo \"x $(\naws a\n) y\"", &["2: a"]),
        ("echo ${X:-$(aws a)} $((1 + (2))) $(( aws ))", &["1: a"]),
        ("diff <(aws a) <(aws b)", &["1: a", "1: b"]),
        ("[[ -n $X ]] && aws a", &["1: a"]),
        ("((x++)); aws a", &["1: a"]),
        ("A=(aws b)\naws c", &["2: c"]),
        ("aws a > out.txt 2>&1 < in.txt", &["1: a"]),
        ("aws a 2>/dev/null b &>> log", &["1: a|b"]),
        ("aws a <<EOF b\naws x\n$(aws y)\nEOF\naws c", &["1: a|b", "5: c"]),
        ("cat <<-'END' | aws a\n\taws x\n\tEND\naws b", &["1: a", "4: b"]),
        ("cat <<A <<B\nx\nA\naws y\nB\naws c", &["6: c"]),
        ("aws a <<< \"aws b\"", &["1: a"]),
        ("sudo -E env A=b aws a; timeout 60 aws b; time aws c", &["1: a", "1: b", "1: c"]),
        ("command -v aws && command aws a", &["1: a"]),
        ("ls | xargs -n1 aws s3 rm", &["1: s3|rm|<xargs>"]),
        ("/usr/local/bin/aws a; ./aws b; awscli c; xaws d", &["1: a", "1: b"]),
        ("'aws' a; \"a\"ws b; 'if' aws c", &["1: a", "1: b"]),
        ("which aws\npip install aws", &[]),
    ] {
        assert_eq!(found(script), expected, "{script}");
    }
}

#[test]
fn words_as_bash_makes_them() {
    for (word, expected) in [
        ("a\\ b", "a b"),
        ("'a b'\"c d\"e", "a bc de"),
        ("'it'\\''s'", "it's"),
        ("\"a\\\"b\\$c\\d\"", "a\"b$c\\d"),
        ("\"a\\\nb\"", "ab"),
        ("a\\\nb", "ab"),
        ("$'plain'", "plain"),
        ("$'a\\nb'", "<a\\nb>"),
        ("\"$A-${B}-$(c \"d\")-`e`\"", "<$A>-<${B}>-<$(c \"d\")>-<`e`>"),
        ("$1$@$?x", "<$1><$@><$?>x"),
        ("a$", "a$"),
        ("\"$ x\"", "$ x"),
        ("'$A'", "$A"),
        ("${{ inputs.a == 'b }}' }}x", "<${{ inputs.a == 'b }}' }}>x"),
        ("'${{ a }}'", "<${{ a }}>"),
        ("\"${{ a }}\"", "<${{ a }}>"),
        ("*.js", "<*>.js"),
        ("'*.js'", "*.js"),
        ("{a,b}.js", "<{a,b}.js>"),
        ("'{a,b}'", "{a,b}"),
        ("${A:-{b,c}}", "<${A:-{b,c}}>"),
        ("${A:-it\\'s}", "<${A:-it\\'s}>"),
        ("\"${A:-it's}\"", "<${A:-it's}>"),
        ("\"\"", ""),
        ("--a=b", "--a=b"),
        ("é", "é"),
    ] {
        assert_eq!(found(&format!("aws {word}")), [format!("1: {expected}")], "{word}");
    }
}
