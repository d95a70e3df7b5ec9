//! Every mistake in a policy: AWS's words, the text that the finding points at, its path.

use daypass_policy::{Document, Kind, POLICY_BYTES_MAX, ParseError, STATEMENTS_MAX};

/// The text that an error points at.
fn pointed<'a>(text: &'a str, error: &ParseError) -> &'a str {
    let span = error.span();
    text.get(span.offset..span.offset + span.length).unwrap()
}

fn check(kind: Kind, text: &str, message: &str, pointed_at: &str, path: &str) {
    let error = Document::parse(kind, text).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), pointed(text, &error), error.path()),
        (message, pointed_at, path),
        "{text}"
    );
}

const FEDERATED: &str =
    r#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}"#;
const SYNTAX: &str = "Syntax error in policy.";

/// A trust policy with one statement that has these elements.
fn trust(elements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{elements}}}]}}"#)
}

#[test]
fn texts_that_are_no_json() {
    let message = "This policy contains invalid Json";
    for (text, pointed_at, hint) in [
        ("", "", "a value is missing"),
        ("   \n", "", "a value is missing"),
        ("{", "", "a member's name in quotation marks is missing"),
        ("{} {}", "{", "something follows the value"),
        (r#"{"Version":"2012-10-17",}"#, "}", "a member's name in quotation marks is missing"),
        (r#"{"Version" "2012-10-17"}"#, "\"", "a colon is missing"),
        (r#"{"Version":"2012-10-17" "Id":""}"#, "\"", "a comma or a closing brace is missing"),
        (r#"{"Statement":[1 2]}"#, "2", "a comma or a closing bracket is missing"),
        (r#"{"Version":'x'}"#, "'", "a value is missing"),
        (r#"{"é":é}"#, "é", "a value is missing"),
        (r#"{"Id":"abc"#, "", "the text ends within quotation marks"),
        ("{\"Id\":\"a\nb\"}", "\n", "a control character stands within quotation marks"),
        (r#"{"Id":"\x"}"#, "x", "an escape that JSON does not have"),
        (r#"{"Id":"\u12g4"}"#, "g", "an escape without four hexadecimal digits"),
        (r#"{"Id":"\ud83d"}"#, "\"", "half of a surrogate pair"),
        (r#"{"Id":01}"#, "01", "a number that JSON does not have"),
        (r#"{"Id":1,"Id":1}"#, "\"Id\"", "the member `Id` stands twice"),
        (r#"{"Id":1,"\u0049d":1}"#, "\"\\u0049d\"", "the member `Id` stands twice"),
    ] {
        let error = Document::parse(Kind::Trust, text).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), pointed(text, &error), error.hint()),
            (message, pointed_at, Some(hint)),
            "{text}"
        );
    }
}

#[test]
fn a_doubled_element_is_refused_wherever_it_stands() {
    for text in [
        r#"{"Statement":[],"Statement":[]}"#.to_owned(),
        trust(r#""Effect":"Allow","Effect":"Deny""#),
        trust(r#""Condition":{"StringEquals":{"a:b":"x"},"StringEquals":{"a:b":"y"}}"#),
        trust(r#""Condition":{"StringEquals":{"a:b":"x","a:b":"y"}}"#),
    ] {
        let error = Document::parse(Kind::Trust, &text).unwrap_err();
        assert_eq!(error.to_string(), "This policy contains invalid Json", "{text}");
        assert!(error.hint().unwrap().ends_with("stands twice"), "{text}");
    }
}

#[test]
fn lines_and_columns_count_characters() {
    let text = "{\n  \"Id\": \"äöü\",\n  \"Ïd\": 1, \"Nö\": 2\n}";
    let error = Document::parse(Kind::Identity, text).unwrap_err();
    let span = error.span();
    assert_eq!((span.line, span.column, pointed(text, &error)), (3, 3, "\"Ïd\""));
}

#[test]
fn whole_documents() {
    for (text, message, pointed_at, path) in [
        ("[]", SYNTAX, "[]", ""),
        ("null", SYNTAX, "null", ""),
        ("{}", SYNTAX, "{}", ""),
        (r#"{"Statement":"x"}"#, SYNTAX, r#""x""#, "Statement"),
        (r#"{"Statement":[],"Id":""}"#, "Could not parse the policy: Statement is empty!", "[]", "Statement"),
        (r#"{"Statement":["x"]}"#, SYNTAX, r#""x""#, "Statement[0]"),
        (r#"{"version":"2012-10-17"}"#, SYNTAX, r#""version""#, ""),
        (
            r#"{"Version":"2012-10-18"}"#,
            "The policy must contain a valid version string",
            r#""2012-10-18""#,
            "Version",
        ),
        (r#"{"Version":2012}"#, "The policy must contain a valid version string", "2012", "Version"),
    ] {
        check(Kind::Trust, text, message, pointed_at, path);
    }
}

/// Checks the elements of a trust policy's one statement: FEDERATED and {STATEMENT} stand for themselves.
fn check_elements(rows: &[(&str, &str, &str, &str)]) {
    for (text, message, pointed_at, path) in rows {
        let elements = text.replace("FEDERATED", FEDERATED);
        let statement = format!("{{{elements}}}");
        check(Kind::Trust, &trust(&elements), message, &pointed_at.replace("{STATEMENT}", &statement), path);
    }
}

#[test]
fn what_a_statement_of_a_trust_policy_lacks() {
    check_elements(&[
        (r#""Principal":FEDERATED"#, "Missing required field Effect", "{STATEMENT}", "Statement[0]"),
        (r#""Effect":"allow""#, "Invalid effect: allow", r#""allow""#, "Statement[0].Effect"),
        (r#""Effect":true"#, SYNTAX, "true", "Statement[0].Effect"),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole""#,
            "Missing required field Principal",
            "{STATEMENT}",
            "Statement[0]",
        ),
        (
            r#""Effect":"Allow","Principal":FEDERATED"#,
            "Missing required field Action",
            "{STATEMENT}",
            "Statement[0]",
        ),
        (
            r#""Effect":"Allow","NotPrincipal":FEDERATED,"Action":"sts:AssumeRole""#,
            "Allow with NotPrincipal is not allowed.",
            r#""NotPrincipal""#,
            "Statement[0].NotPrincipal",
        ),
    ]);
}

#[test]
fn what_a_statement_of_a_trust_policy_must_not_say() {
    check_elements(&[
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":["sts:AssumeRole","s3:GetObject"]"#,
            "AssumeRole policy may only specify STS AssumeRole actions.",
            r#""s3:GetObject""#,
            "Statement[0].Action[1]",
        ),
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":"*""#,
            "AssumeRole policy may only specify STS AssumeRole actions.",
            r#""*""#,
            "Statement[0].Action",
        ),
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":"*:*""#,
            "AssumeRole policy may only specify STS AssumeRole actions.",
            r#""*:*""#,
            "Statement[0].Action",
        ),
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":"sts:AssumeRole","Resource":"*""#,
            "Has prohibited field Resource",
            r#""Resource""#,
            "Statement[0].Resource",
        ),
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":"sts:AssumeRole","Foo":1"#,
            SYNTAX,
            r#""Foo""#,
            "Statement[0]",
        ),
        (
            r#""Effect":"Deny","Principal":FEDERATED,"NotPrincipal":"*","Action":"sts:AssumeRole""#,
            SYNTAX,
            r#""NotPrincipal""#,
            "Statement[0]",
        ),
        (r#""Effect":"Allow","Principal":FEDERATED,"Action":{}"#, SYNTAX, "{}", "Statement[0].Action"),
        (
            r#""Effect":"Allow","Principal":FEDERATED,"Action":[]"#,
            "Policy statement must contain actions.",
            "[]",
            "Statement[0].Action",
        ),
        (
            r#""Sid":"a b","Effect":"Allow","Principal":FEDERATED,"Action":"sts:AssumeRole""#,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
             [0-9A-Za-z]*",
            r#""a b""#,
            "Statement[0].Sid",
        ),
    ]);
}

#[test]
fn statement_names_are_unique() {
    let one = format!(r#"{{"Sid":"A","Effect":"Allow","Principal":{FEDERATED},"Action":"sts:AssumeRole"}}"#);
    let text = format!(r#"{{"Statement":[{one},{one}]}}"#);
    let error = Document::parse(Kind::Trust, &text).unwrap_err();
    assert_eq!(error.to_string(), "The Statement Ids in the policy are not unique");
    assert_eq!((error.path(), pointed(&text, &error)), ("Statement[1].Sid", r#""A""#));
    assert!(error.span().offset > one.len());
    let nameless = one.replace(r#""Sid":"A""#, r#""Sid":"""#);
    assert!(Document::parse(Kind::Trust, &format!(r#"{{"Statement":[{nameless},{nameless}]}}"#)).is_ok());
}

#[test]
fn principals_that_nobody_can_be() {
    let federated = "Federated principals must be valid domain names or SAML metadata ARNs";
    for (principal, message, pointed_at, path) in [
        (r#""123456789012""#, r#"Invalid principal in policy: "123456789012""#, r#""123456789012""#, ""),
        ("[]", SYNTAX, "[]", ""),
        ("{}", SYNTAX, "{}", ""),
        (r#"{"AWS":[]}"#, SYNTAX, r#"{"AWS":[]}"#, ""),
        (r#"{"Everyone":[]}"#, SYNTAX, r#""Everyone""#, ".Everyone"),
        (r#"{"aws":"*"}"#, SYNTAX, r#""aws""#, ".aws"),
        (r#"{"AWS":1}"#, SYNTAX, "1", ".AWS"),
        (r#"{"AWS":"12345"}"#, r#"Invalid principal in policy: "AWS":"12345""#, r#""12345""#, ".AWS"),
        (
            r#"{"AWS":["*","arn:aws:iam::123456789012:role/*"]}"#,
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*""#,
            r#""arn:aws:iam::123456789012:role/*""#,
            ".AWS[1]",
        ),
        (
            r#"{"AWS":"arn:aws:iam::123456789012:group/g"}"#,
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/g""#,
            r#""arn:aws:iam::123456789012:group/g""#,
            ".AWS",
        ),
        (r#"{"Service":"ec2"}"#, r#"Invalid principal in policy: "Service":"ec2""#, r#""ec2""#, ".Service"),
        (
            r#"{"Federated":"https://token.actions.githubusercontent.com"}"#,
            federated,
            r#""https://token.actions.githubusercontent.com""#,
            ".Federated",
        ),
        (r#"{"Federated":"*"}"#, federated, r#""*""#, ".Federated"),
        (
            r#"{"Federated":"arn:aws:iam::12:oidc-provider/a.b"}"#,
            federated,
            r#""arn:aws:iam::12:oidc-provider/a.b""#,
            ".Federated",
        ),
        (
            r#"{"Federated":"arn:aws:iam::123456789012:oidc-provider/"}"#,
            federated,
            r#""arn:aws:iam::123456789012:oidc-provider/""#,
            ".Federated",
        ),
    ] {
        let text = trust(&format!(r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}"#));
        check(Kind::Trust, &text, message, pointed_at, &format!("Statement[0].Principal{path}"));
    }
}

#[test]
fn conditions_that_cannot_be_asked() {
    for (condition, message, pointed_at, path) in [
        ("[]", SYNTAX, "[]", ""),
        (r#"{"StringEquals":"x"}"#, SYNTAX, r#""x""#, ".StringEquals"),
        (
            r#"{"StringMatches":{}}"#,
            "Invalid Condition type : StringMatches.",
            r#""StringMatches""#,
            ".StringMatches",
        ),
        (
            r#"{"NumericLess":{"a:b":"1"}}"#,
            "Invalid Condition type : NumericLess.",
            r#""NumericLess""#,
            ".NumericLess",
        ),
        (r#"{"NumericEquals":{"a:b":[1,"abc"]}}"#, SYNTAX, r#""abc""#, ".NumericEquals.a:b[1]"),
        (
            r#"{"NumericEquals":{"a:b":"${aws:EpochTime}"}}"#,
            SYNTAX,
            r#""${aws:EpochTime}""#,
            ".NumericEquals.a:b",
        ),
        (r#"{"DateLessThan":{"a:b":"2026-02-30"}}"#, SYNTAX, r#""2026-02-30""#, ".DateLessThan.a:b"),
        (r#"{"IpAddress":{"a:b":"10.0.0.0/33"}}"#, SYNTAX, r#""10.0.0.0/33""#, ".IpAddress.a:b"),
        (r#"{"BinaryEquals":{"a:b":"?"}}"#, SYNTAX, r#""?""#, ".BinaryEquals.a:b"),
        (r#"{"ArnLike":{"a:b":"*"}}"#, SYNTAX, r#""*""#, ".ArnLike.a:b"),
        (
            r#"{"NullIfExists":{}}"#,
            "Invalid Condition type : NullIfExists.",
            r#""NullIfExists""#,
            ".NullIfExists",
        ),
        (
            r#"{"StringEquals":{"sub":"x"}}"#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            r#""sub""#,
            ".StringEquals.sub",
        ),
        (r#"{"StringEquals":{"a:b":null}}"#, SYNTAX, "null", ".StringEquals.a:b"),
        (r#"{"StringEquals":{"a:b":["x",["y"]]}}"#, SYNTAX, r#"["y"]"#, ".StringEquals.a:b[1]"),
        (r#"{"Bool":{"a:b":"yes"}}"#, SYNTAX, r#""yes""#, ".Bool.a:b"),
        (r#"{"Null":{"a:b":[true,0]}}"#, SYNTAX, "0", ".Null.a:b[1]"),
        (
            r#"{"StringLike":{"a:b":["x","${aws:username"]}}"#,
            SYNTAX,
            r#""${aws:username""#,
            ".StringLike.a:b[1]",
        ),
    ] {
        let text = trust(&format!(
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{FEDERATED},"Condition":{condition}"#
        ));
        check(Kind::Trust, &text, message, pointed_at, &format!("Statement[0].Condition{path}"));
    }
}

#[test]
fn permission_policies_have_a_grammar_of_their_own() {
    let vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    let rows = [
        (
            r#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#,
            "Policy document should not specify a principal.",
            r#""Principal""#,
            ".Principal",
        ),
        (r#""Effect":"Allow","Action":"GetObject","Resource":"*""#, vendor, r#""GetObject""#, ".Action"),
        (r#""Effect":"Allow","Action":"s*:Get","Resource":"*""#, vendor, r#""s*:Get""#, ".Action"),
        (r#""Effect":"Allow","Action":"s3:","Resource":"*""#, vendor, r#""s3:""#, ".Action"),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::b","bucket"]"#,
            r#"Resource bucket must be in ARN format or "*"."#,
            r#""bucket""#,
            ".Resource[1]",
        ),
        (
            r#""Effect":"Allow","NotAction":"s3:*","NotResource":[]"#,
            "Policy statement must contain resources.",
            "[]",
            ".NotResource",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":["*","arn:aws:s3:::b/${aws:username}/${x}"]"#,
            SYNTAX,
            r#""arn:aws:s3:::b/${aws:username}/${x}""#,
            ".Resource[1]",
        ),
        (
            r#""Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:${aws:RequestedRegion}::b""#,
            SYNTAX,
            r#""arn:aws:s3:${aws:RequestedRegion}::b""#,
            ".Resource",
        ),
    ];
    for kind in [Kind::Identity, Kind::Session, Kind::Boundary] {
        for (elements, message, pointed_at, path) in rows {
            check(kind, &trust(elements), message, pointed_at, &format!("Statement[0]{path}"));
        }
        let elements = r#""Effect":"Allow","Resource":"*""#;
        let whole = format!("{{{elements}}}");
        check(kind, &trust(elements), "Policy statement must contain actions.", &whole, "Statement[0]");
        let elements = r#""Effect":"Allow","Action":"*""#;
        let whole = format!("{{{elements}}}");
        check(kind, &trust(elements), "Policy statement must contain resources.", &whole, "Statement[0]");
    }
}

#[test]
fn a_text_over_the_limit_is_not_read() {
    let text = format!("{{{}}}", " ".repeat(POLICY_BYTES_MAX));
    let error = Document::parse(Kind::Identity, &text).unwrap_err();
    assert_eq!(error.to_string(), "Cannot exceed quota for PolicySize: 131072");
}

#[test]
fn statements_are_counted() {
    let one = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    let of = |count: usize| format!(r#"{{"Statement":[{}]}}"#, vec![one; count].join(","));
    assert_eq!(
        Document::parse(Kind::Identity, &of(STATEMENTS_MAX)).unwrap().statements().len(),
        STATEMENTS_MAX
    );
    let error = Document::parse(Kind::Identity, &of(STATEMENTS_MAX + 1)).unwrap_err();
    assert_eq!(error.hint(), Some("a policy has at most 1000 statements"));
}
