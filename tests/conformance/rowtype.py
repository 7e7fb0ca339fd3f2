# SPDX-License-Identifier: LGPL-2.1-or-later
"""A row of the conformance table."""

import collections

_fields = {
    "group": "",
    "source": None,
    "encoder": "pydicom",
    "options": (),
    "judge": "",
    # How the decoded samples are compared with
    #   source: the values that went in: "same", "stored" (bits that are not
    #     stored may be lost), "near N" (at most N off), "point N" (the low N
    #     bits lost), "none" (lossy: the judge alone)
    #   judge: "same", "stored", "near N", "psnr N" (decibels at least)
    "to_source": "same",
    "to_judge": "same",
    "edit": (),  # names in contradictions.EDITS, done to the encoded file
    "warns": False,  # a warning on standard error is due
    "fails": "",  # text of the error that is due
    "coded_ybr": False,  # the stream's samples are YCbCr
    "rgb": False,  # compare `--rgb` with the judge's RGB too
    "final": "",  # colour model after an edit: rgb or ybr
    "signed": None,  # after an edit; None: the source's
}


class Row(collections.namedtuple("Row", _fields, defaults=_fields.values())):
    """One combination; tried in every size of its source."""

    @property
    def name(self):
        words = [str(self.source), self.encoder, *self.options]
        words += ["; " + edit for edit in self.edit]
        return " ".join(words)
