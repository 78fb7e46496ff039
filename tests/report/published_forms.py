"""The forms of other systems' files, as JSON schemas written from their documentation."""

MARKUS_TEST = {
    "type": "object",
    "required": ["name", "output", "marks_earned", "marks_total", "status", "time"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "output": {"type": "string"},
        "marks_earned": {"type": "number", "minimum": 0},
        "marks_total": {"type": "number", "minimum": 0},
        "status": {"enum": ["pass", "partial", "fail", "error", "error_all"]},
        "time": {"type": ["integer", "null"]},
    },
}

MARKUS = {
    "type": "object",
    "required": ["status", "test_groups", "error"],
    "additionalProperties": False,
    "properties": {
        "status": {"type": "string", "minLength": 1, "not": {"const": "failed"}},
        "error": {"type": ["string", "null"]},
        "test_groups": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    "time", "timeout", "tests", "stderr", "malformed", "extra_info",
                    "annotations", "feedback", "tags", "overall_comment",
                ],
                "additionalProperties": False,
                "properties": {
                    "time": {"type": ["integer", "null"]},
                    "timeout": {"type": ["integer", "null"]},
                    "tests": {"type": "array", "items": MARKUS_TEST},
                    "stderr": {"type": ["string", "null"]},
                    "malformed": {"type": ["string", "null"]},
                    "extra_info": {
                        "type": ["object", "null"],
                        "required": ["name", "test_group_id", "display_output"],
                    },
                    "annotations": {"type": "array"},
                    "feedback": {"type": "array"},
                    "tags": {"type": "array"},
                    "overall_comment": {"type": "string"},
                },
            },
        },
    },
}  # fmt: skip

VISIBILITIES = ["hidden", "after_due_date", "after_published", "visible"]
FORMATS = ["text", "html", "simple_format", "md", "ansi"]

GRADESCOPE = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": {"enum": FORMATS},
        "visibility": {"enum": VISIBILITIES},
        "stdout_visibility": {"enum": VISIBILITIES},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "dependentRequired": {"score": ["max_score"]},
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": {"enum": FORMATS},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": {"enum": VISIBILITIES},
                },
            },
        },
    },
}
