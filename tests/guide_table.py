"""The platform's scopes guide as facts: each row of its table, and what other public pages add."""

# (scope, method, path) in the guide's order and with its parameter names
ROWS = (
    ("read:patients", "GET", "/v3/patients"),
    ("read:patients", "GET", "/v3/patients/{id}"),
    ("read:appointments", "GET", "/v3/appointments"),
    ("read:appointments", "GET", "/v3/appointments/{id}"),
    ("read:providers", "GET", "/v3/providers"),
    ("read:providers", "GET", "/v3/providers/{id}"),
    ("read:facilities", "GET", "/v3/facilities"),
    ("read:facilities", "GET", "/v3/facilities/{id}"),
    ("read:bills", "GET", "/v3/bills"),
    ("read:bills", "GET", "/v3/bills/{id}"),
    ("read:claims", "GET", "/v3/claims"),
    ("read:claims", "GET", "/v3/claims/{id}"),
    ("read:notes", "GET", "/v3/notes"),
    ("read:notes", "GET", "/v3/notes/{id}"),
    ("read:soap_notes", "GET", "/v3/notes?includeSoapNote=true"),
    ("read:tasks", "GET", "/v3/tasks"),
    ("read:tasks", "GET", "/v3/tasks/{id}"),
    ("read:emails", "GET", "/v3/emails"),
    ("read:emails", "GET", "/v3/emails/{id}"),
    ("read:phone_numbers", "GET", "/v3/phone-numbers"),
    ("read:inventory", "GET", "/v3/inventory/changes"),
    ("read:inventory", "GET", "/v3/inventory/changes/{id}"),
    ("read:inventory", "GET", "/v3/inventory/changes/{id}/products"),
    ("read:inventory", "GET", "/v3/inventory/stock-levels"),
    ("read:products", "GET", "/v3/inventory/products"),
    ("read:products", "GET", "/v3/inventory/products/{id}"),
    ("write:notes_images", "POST", "/v3/notes/{noteId}/images?providerId="),
    ("write:notes_images", "DELETE", "/v3/notes/{noteId}/images/{imageId}?providerId="),
    ("write:soap_notes", "PATCH", "/v3/notes/{noteId}?providerId="),
    ("write:soap_notes", "PATCH", "/v3/notes/{noteId}/impressions/{impressionId}?providerId="),
    ("write:tasks", "POST", "/v3/tasks"),
    ("write:tasks", "PATCH", "/v3/tasks/{id}"),
    ("write:emails", "POST", "/v3/emails/send"),
    ("write:products", "POST", "/v3/inventory/products"),
    ("write:products", "PUT", "/v3/inventory/products/{id}"),
    ("write:inventory", "POST", "/v3/inventory/changes"),
)

LEGACY = {"read:encounters": "read:bills"}  # the same endpoints under an older name

NO_SCOPE = ("GET /v3/marketplace/me", "POST /v3/oauth/token")  # known endpoints outside the table
UNDOCUMENTED = ("GET /v3/notes/{noteId}/images/{imageId}/url",)

REQUIRED_QUERY = {  # from the API reference
    "POST /v3/notes/{noteId}/images": ("providerId",),
    "DELETE /v3/notes/{noteId}/images/{imageId}": ("providerId",),
    "PATCH /v3/notes/{noteId}": ("providerId",),
    "PATCH /v3/notes/{noteId}/impressions/{impressionId}": ("providerId",),
    "GET /v3/inventory/changes": ("facilityId",),
    "GET /v3/inventory/changes/{id}": ("facilityId",),
    "GET /v3/inventory/stock-levels": ("facilityId",),
}
