"""What the program does not do, read in its code: no text becomes a command, a query, a page or an object by itself."""

import ast
import re

import pytest

from config.celery import app
from tests.security.source import ROOT, calls, imports, installed, pages, python, scripts


def constant(node: ast.expr) -> bool:
    """Whether it is a text of ours, whole as it stands."""
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and constant(node.left) and constant(node.right)
    )


def test_nothing_is_evaluated() -> None:
    words = {"eval", "exec", "compile", "__import__", "execfile", "importlib.import_module", "input"}
    assert [(name, what) for name, what, _ in calls() if what in words] == []


def test_nothing_is_read_as_an_object_of_python() -> None:
    """Whoever reads such a text runs what stands in it; what comes from outside is JSON, XML and CSV."""
    words = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml", "xmlrpc", "cPickle"}
    assert [(name, module) for name, module in imports() if module.split(".")[0] in words] == []
    tasks = (ROOT / "config" / "celery.py").read_text() + (ROOT / "config" / "settings" / "queue.py").read_text()
    assert "pickle" not in tasks


def test_the_queue_takes_no_task_that_is_a_pickle() -> None:

    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == app.conf.event_serializer == "json"


def test_no_command_goes_through_a_shell_and_none_is_run_for_whoever_asks() -> None:
    assert not [name for name, what, _ in calls() if what in {"os.system", "os.popen", "commands.getoutput"}]
    shells = [
        name
        for name, _, call in calls()
        if any(word.arg == "shell" and not is_false(word.value) for word in call.keywords)
    ]
    assert shells == []
    # Only what starts servers on one machine, takes backups and makes a sandbox anew runs programs.
    running = {name for name, module in imports() if module.split(".")[0] == "subprocess"}
    assert {name.rpartition("/")[0] for name in running} <= {
        "config/embedded",
        "config/backup",
        "config/sandbox",
        "config",
    }
    assert {name for name in running if name.count("/") == 1} == {"config/bootstrap.py"}


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


# Statements of the tables' owner, made of our own names when the schema is changed or raised or a backup put back.
# Beside them two that choose among texts of ours, and one that asks for as many names as are looked for.
BUILT = {
    "institutions/isolation/raising.py", "config/backup/putting_back.py", "deals/selectors/by_name.py",
    "deals/selectors/matching.py", "institutions/services/many.py", "network/services/running.py",
    "config/management/commands/migrate.py", "institutions/isolation/taking.py",
}  # fmt: skip


def test_no_query_is_made_of_what_somebody_typed() -> None:
    """What is asked of the database is a text of ours with marks, and values beside it."""
    built = {
        name
        for name, what, call in calls()
        if what.endswith((".execute", ".executemany", "RawSQL", ".raw", ".extra", ".mogrify"))
        and call.args
        and not constant(call.args[0])
        and not isinstance(call.args[0], ast.Name | ast.Attribute)
        # psycopg's own way to put names into a statement.
        and "sql.SQL" not in ast.unparse(call.args[0])
    }
    assert built == BUILT
    assert [(name, what) for name, what, _ in calls() if what.endswith((".raw", ".extra"))] == []


def test_no_page_shows_a_text_as_if_it_were_markup() -> None:
    marked = [(name, ast.unparse(call)) for name, what, call in calls() if what in ("mark_safe", "SafeString")]
    # Pages of ours, rendered a moment before, and nothing.
    assert [each for each in marked if "render" not in each[1] and each[1] != "SafeString('')"] == []
    for name, page in pages().items():
        assert not re.search(r"\|\s*safe\b|autoescape off|\|\s*safeseq", page), name


def test_no_page_is_made_of_a_text_that_somebody_typed() -> None:
    assert not [name for name, what, _ in calls() if what in {"Template", "Environment", "engines.from_string"}]
    assert "jinja2" not in {module.split(".")[0] for _, module in imports()}
    named = [call for _, what, call in calls() if what in ("render", "render_to_string") and call.args]
    assert len(named) > 10


def test_no_form_of_a_page_lacks_its_token_and_no_page_runs_a_line_of_its_own() -> None:
    for name, page in pages().items():
        for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL | re.IGNORECASE):
            # The program that reads a mail posts there without a cookie; the sealed token is what lets it.
            freely = name.endswith("network/unsubscribe.html")
            assert 'method="post"' not in form.split(">")[0].lower() or "csrf_token" in form or freely, name
        assert not re.search(r"\son[a-z]+=|javascript:|<script(?![^>]*\b(src|type)=)", page, re.IGNORECASE), name


def test_a_link_to_elsewhere_takes_nothing_along() -> None:
    outward = [(name, tag) for name, page in pages().items() for tag in re.findall(r"<a\b[^>]*target=[^>]*>", page)]
    assert outward
    assert [each for each in outward if "noopener" not in each[1] or "noreferrer" not in each[1]] == []


def test_scripts_put_texts_into_pages_as_texts() -> None:
    words = r"\beval\(|new Function|document\.write|insertAdjacentHTML|outerHTML|postMessage|\.onmessage|__proto__"
    for name, script in scripts().items():
        assert not re.search(words, script), name
    # One of them shows a part of a page that this server made, asked for from this server.
    written = {
        name: re.findall(r".*innerHTML.*", script) for name, script in scripts().items() if "innerHTML" in script
    }
    assert {name: len(lines) for name, lines in written.items()} == {"find.js": 1}
    assert "fetch(`${form.action}?part=1" in scripts()["find.js"]


def test_a_browser_keeps_how_a_page_looks_and_nothing_that_stands_in_it() -> None:
    kept = {
        found
        for script in scripts().values()
        for found in re.findall(r"(?:local|session)Storage\.\w+\(\"(\w+)\"", script)
    }
    assert kept == {"adminTheme", "sidebarDesktopOpen"}
    assert not [name for name, script in scripts().items() if re.search(r"indexedDB|caches\.|document\.cookie", script)]


def test_scripts_declare_what_they_name_and_build_no_object_of_keys_from_outside() -> None:
    for name, script in scripts().items():
        assert not re.search(
            r"^\s*var\s|Object\.assign\(|\bwith\s*\(|for\s*\(\s*(?:let|const)?\s*\w+ in ", script, re.M
        ), name


def test_no_page_uses_what_browsers_have_given_up() -> None:
    for name, page in pages().items():
        assert not re.search(r"<(applet|object|embed|frameset|marquee)\b", page, re.IGNORECASE), name


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a directory", "ldap"), ("XPath over what is typed", "xpath|elementpath"), ("TeX", "latex|pylatex|texsoup"),
        ("Java's names", "jndi|jpype|py4j"), ("memcached", "memcache|pylibmc"),
        ("GraphQL", "graphql|graphene|strawberry"),
        ("WebSockets", "websocket|channels|daphne|socketio"), ("WebRTC", "aiortc|webrtc|turn|pion"), ("SAML", "saml"),
        ("messages by telephone", "twilio|sms|phonenumber|vonage"),
        ("an editor of rich text", "tinymce|ckeditor|quill|summernote"),
        ("a language of marks", "markdown|bbcode|docutils|jinja"), ("SVG of others", "cairosvg|svglib|svgwrite"),
        ("push messages", "fcm|firebase|pywebpush"), ("another script in a page", "analytics|matomo|hotjar"),
    ],
    ids=lambda value: value if " " in str(value) or str(value)[0].isupper() else "",
)  # fmt: skip
def test_there_is_nothing_here_that_could_be_attacked_as(what: str, words: str) -> None:
    used = {module.split(".")[0].lower() for _, module in imports()}
    assert not [name for name in installed() | used if re.search(rf"(?:^|[-_.])(?:{words})", name)], what


def test_no_route_speaks_anything_but_http_in_turns() -> None:
    """No asynchronous server stands beside the web server, which could hold a socket open."""
    assert not (ROOT / "config" / "asgi.py").exists()
    assert "gthread" in (ROOT / "Dockerfile").read_text()
    assert not [name for name, script in scripts().items() if re.search(r"WebSocket|RTCPeer|EventSource", script)]


def test_every_setting_of_numbers_that_others_send_is_exact() -> None:
    """Amounts are exact decimals, and no place of the code takes one for a float."""
    floats = {
        name for name, what, call in calls() if what == "float" and name.startswith(("deals/money", "deals/models"))
    }
    assert floats == set()


def test_only_hashes_and_ciphers_that_stand_are_used() -> None:
    whole = "\n".join(ast.unparse(tree) for tree in python().values())
    assert set(re.findall(r"hashlib\.(\w+)", whole)) == {"sha256", "file_digest"}
    assert set(re.findall(r"hmac\.digest\(.*, '(\w+)'\)", whole)) == {"sha256"}
    of_cryptography = {module for _, module in imports() if module.startswith("cryptography.hazmat")}
    weak = r"\b(ECB|CBC|DES|TripleDES|ARC4|Blowfish|MD5|SHA1|PKCS1v15|modes)\b"
    assert not [module for module in of_cryptography if re.search(weak, module)]
    assert {module.split(".")[0] for _, module in imports()} & {
        "Crypto",
        "Cryptodome",
        "rsa",
        "pyDes",
        "M2Crypto",
    } == set()


def test_what_nobody_may_guess_is_made_by_the_systems_source_of_chance() -> None:
    using = {name for name, module in imports() if module.split(".")[0] == "random"}
    # How long a failed delivery waits, and who found a table in use: to guess it is worth nothing.
    assert using <= {"network/webhooks/ledger.py", "institutions/isolation/taking.py"}
    made = {ast.unparse(call) for _, what, call in calls() if what in ("secrets.token_bytes", "secrets.token_urlsafe")}
    # The shortest of them names a folder of one machine and is no secret.
    assert made == {
        "secrets.token_bytes(_BYTES)", "secrets.token_bytes(8)", "secrets.token_urlsafe(48)", "secrets.token_bytes(20)",
        "secrets.token_urlsafe(24)",
    }  # fmt: skip


def test_secrets_are_compared_in_a_time_that_tells_nothing() -> None:
    found = ast.unparse(python()["config/metrics.py"])
    assert "hmac.compare_digest" in found


def test_the_program_is_python_alone_and_takes_memory_by_no_hand() -> None:
    # One asks the system to end a child with its parent, when all runs on one machine.
    by_hand = {name for name, module in imports() if module.split(".")[0] in {"ctypes", "cffi", "mmap"}}
    assert by_hand == {"config/embedded/processes.py"}
    assert not [file for file in (ROOT / "config").rglob("*") if file.suffix in {".c", ".so", ".pyx"}]


def test_a_request_that_goes_out_is_made_in_three_places() -> None:
    """Webhooks, an institution's sign-in and the ECB's rates; mail leaves by Django. Nothing else does."""
    leaving = ("requests", "urllib.request", "http.client", "urllib3", "httpx", "aiohttp", "ftplib")
    found = {
        name for name, module in imports()
        if module.startswith(leaving) and not name.startswith(("config/embedded/", "config/bootstrap"))
    }  # fmt: skip
    assert found == {
        "network/webhooks/sending.py", "institutions/admin/asking_sign_ins.py",
        "institutions/admin/single_sign_on.py", "deals/ecb.py",
    }  # fmt: skip


def test_who_calls_elsewhere_follows_no_redirect() -> None:
    for name in ("network/webhooks/sending.py", "institutions/admin/asking_sign_ins.py"):
        text = ast.unparse(python()[name])
        assert "allow_redirects=False" in text or "'allow_redirects': False" in text, name
        assert "verify=False" not in text
    assert not [
        name for name, _, call in calls() if any(w.arg == "verify" and is_false(w.value) for w in call.keywords)
    ]
