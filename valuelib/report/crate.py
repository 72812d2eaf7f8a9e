"""How does an archive know what a report folder holds? RO-Crate 1.1 metadata, written by its own library, without a clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

import valuelib
from valuelib.report.manifest import input_hashes
from valuelib.show.language import Speech
from valuelib.study import Study

CRATE = "ro-crate-metadata.json"
FORMATS: Mapping[str, str] = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
}
SOFTWARE = "#valuelib"


def crate_text(folder: Path, study: Study, speech: Speech) -> str:
    """The metadata of a report folder as JSON-LD; it names the study's files by their hashes and ships none of them.

    Args:
        folder: the folder with every output but the manifest and this file.
        study: the study behind it.
        speech: the language of the report.
    """
    crate = ROCrate()
    root = crate.root_dataset
    root["name"] = f"{study.config.client} – {speech.text('common.customer_value_claims_hold')}"
    root["description"] = speech.text("crate.claims_customer_value_put")
    root["inLanguage"] = speech.language
    root.pop("datePublished", None)  # the library takes the clock's
    if study.config.fieldwork:
        root["datePublished"] = study.config.fieldwork
    software = {"@type": "SoftwareApplication", "name": valuelib.__name__, "softwareVersion": valuelib.__version__}
    maker = crate.add(ContextEntity(crate, SOFTWARE, properties=software))
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        about = {"encodingFormat": FORMATS.get(path.suffix, "application/octet-stream"), "inLanguage": speech.language}
        crate.add(File(crate, None, dest_path=name, properties=about))
    inputs = [
        crate.add(
            ContextEntity(
                crate, f"#input-{name}", properties={"@type": "CreativeWork", "name": name, "identifier": f"sha256:{digest}"}
            )
        )
        for name, digest in sorted(input_hashes(study).items())
    ]
    action = {"@type": "CreateAction", "name": "valuelib report", "instrument": maker, "object": inputs, "result": root}
    crate.add(ContextEntity(crate, "#run", properties=action))
    return json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
