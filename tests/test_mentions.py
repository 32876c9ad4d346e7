"""Endpoints named in other languages' sources, each expected on its own line with its place."""

from pathlib import Path

import pytest

from scopelint.catalog.load import load_bundled
from scopelint.mentions import mentions

NOTE_ROWS = ["GET /v3/notes/{id}", "PATCH /v3/notes/{noteId}"]
TASK_ROWS = ["GET /v3/tasks", "POST /v3/tasks"]


def found(tmp_path: Path, name: str, text: str) -> list[str]:
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    return [mention.endpoint for mention in mentions(tmp_path, [name], load_bundled())]


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("a.ts", "fetch(`${base}/v3/notes/${id}/images`, {method: 'POST'})", ["POST /v3/notes/{noteId}/images"]),
        ("a.ts", 'axios.get<Patient[]>(base + "/v3/patients?limit=3")', ["GET /v3/patients"]),
        ("a.ts", 'const u = "/v3/notes/" + id;', NOTE_ROWS),
        ("a.ts", 'const u = "/v3/notes/" + n.id + "/images/" + i', ["DELETE /v3/notes/{noteId}/images/{imageId}"]),
        ("a.ts", 'fetch("/v3/tasks")', TASK_ROWS),
        ("a.ts", "send({ method: 'PATCH', url: `/v3/tasks/${t.id}` })", ["PATCH /v3/tasks/{id}"]),
        (
            "a.js",
            'const base = process.env.MAXAI_API_URL + "/v3"; api.post(`${base}/emails/send`)',
            ["POST /v3/emails/send"],
        ),
        ("a.js", "axios.post(`${base}/emails/send`)", []),
        ("a.ts", 'fetch("https://api.sendgrid.com/v3/tasks")', []),
        ("a.ts", 'fetch("https://API.maxcare.ai/v3/tasks")', TASK_ROWS),
        ("a.ts", "// fetch(`${base}/v3/claims`)", []),
        ("a.ts", 'x = "/v3/patientsearch"', []),
        ("a.sh", 'curl -X POST "$MAXAI_API_URL/v3/tasks" -d x', ["POST /v3/tasks"]),
        (
            "a.sh",
            'curl \\\n  --request DELETE \\\n  "$U/v3/notes/$N/images/$I"',
            ["DELETE /v3/notes/{noteId}/images/{imageId}"],
        ),
        ("a.sh", "# curl https://api.maxcare.ai/v3/claims", []),
        ("a.http", "POST https://api.maxcare.ai/v3/emails/send\n", ["POST /v3/emails/send"]),
        ("a.http", "GET {{base}}/v3/inventory/products/{{id}}\n", ["GET /v3/inventory/products/{id}"]),
        (
            "a.go",
            'http.NewRequest("PUT", base+"/v3/inventory/products/"+id, body)',
            ["PUT /v3/inventory/products/{id}"],
        ),
        ("a.go", 'http.NewRequest(http.MethodPost, fmt.Sprintf("%s/v3/tasks", b), nil)', ["POST /v3/tasks"]),
        ("a.rb", 'Net::HTTP::Post.new("/v3/tasks")', ["POST /v3/tasks"]),
        ("a.rb", 'conn.get("/v3/bills/#{id}")', ["GET /v3/bills/{id}"]),
        ("a.php", "$c->post('/v3/tasks', []);", ["POST /v3/tasks"]),
        ("a.java", 'HttpRequest.newBuilder(URI.create(base + "/v3/patients")).GET()', ["GET /v3/patients"]),
    ],
)
def test_endpoint_of_line(tmp_path: Path, name: str, line: str, expected: list[str]) -> None:
    assert found(tmp_path, name, line) == expected


def test_place_counts_code_points_from_one(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text('\r\nlet é = "😀", u = "/v3/patients";\r\n', encoding="utf-8", newline="")
    (mention, *others) = mentions(tmp_path, ["a.ts"], load_bundled())
    span = mention.span
    assert not others
    assert (span.path, span.line, span.column, span.end_line, span.end_column) == ("a.ts", 2, 19, 2, 31)


def test_unreadable_and_binary_files_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"\xff\xfe\0patients/v3\x80")
    assert mentions(tmp_path, ["a.js", "gone.js"], load_bundled()) == ()
