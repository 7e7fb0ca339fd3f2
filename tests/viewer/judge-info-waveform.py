# SPDX-License-Identifier: LGPL-2.1-or-later
"""judge-info-waveform.py prepare FOLDER: puts the objects of
tests/waveform/waveforms.py into one study.
judge-info-waveform.py judge JSON: what `vitrail info --json` says of waveforms
against what pydicom reads in the same files. Prints what differs."""

import glob
import json
import math
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def prepare(folder):
    for path in glob.glob(folder + "/*.dcm"):
        ds = pydicom.dcmread(path)
        if "StudyInstanceUID" not in ds:
            ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.1", "1.2.2"
            ds.save_as(path)


def number(ds, keyword, absent):
    value = ds.get(keyword)
    return absent if value is None else float(value)


def channel(ds):
    has_gain = "ChannelSensitivity" in ds
    skew = number(ds, "ChannelTimeSkew", 0)
    said = {
        "unit": ds.ChannelSensitivityUnitsSequence[0].CodeValue
        if has_gain else "",
        "gain": number(ds, "ChannelSensitivity", 1) *
        (number(ds, "ChannelSensitivityCorrectionFactor", 1)
         if has_gain else 1),
        "baseline": number(ds, "ChannelBaseline", 0),
    }
    if "ChannelSampleSkew" not in ds:
        said["delay_s"] = skew + number(ds, "ChannelOffset", 0)
    for name, keyword in (("low_hz", "FilterLowFrequency"),
                          ("high_hz", "FilterHighFrequency"),
                          ("notch_hz", "NotchFilterFrequency")):
        # An edge at 0 Hz is no filter.
        said[name] = number(ds, keyword, 0) or None
    return said


def group(ds):
    return {
        "label": ds.get("MultiplexGroupLabel", ""),
        "coding": ds.WaveformSampleInterpretation,
        "rate_hz": float(ds.SamplingFrequency),
        "samples": ds.NumberOfWaveformSamples,
        "duration_s": ds.NumberOfWaveformSamples / ds.SamplingFrequency,
        "offset_s": number(ds, "MultiplexGroupTimeOffset", 0) / 1000,
    }


def differs(said, truth):
    for name, value in truth.items():
        got = said.get(name)
        same = (math.isclose(got, value, rel_tol=1e-9, abs_tol=1e-12)
                if isinstance(value, float) and got is not None
                else got == value)
        if not same:
            return "%s: %r, not %r" % (name, got, value)
    return None


def judge_intervals(ds, measured):
    """What is measured against what a recorder stored: 10 ms, QT 15."""
    for meaning, name, most_ms in (("PR Interval", "pr_s", 10),
                                   ("QRS Duration", "qrs_s", 10),
                                   ("QT Interval", "qt_s", 15),
                                   ("QTc Interval", "qtc_bazett_s", 15)):
        for a in ds.get("WaveformAnnotationSequence", []):
            if "ConceptNameCodeSequence" not in a or \
                    a.ConceptNameCodeSequence[0].CodeMeaning != meaning:
                continue
            if name not in measured:
                return "%s not measured" % meaning
            if abs(1000 * measured[name] - float(a.NumericValue)) > most_ms:
                return "%s %g s, not %s ms" % (meaning, measured[name],
                                               a.NumericValue)
    return None


def judge_one(path, said):
    ds = pydicom.dcmread(path)
    if len(said["groups"]) != len(ds.WaveformSequence):
        return "groups"
    for got, truth in zip(said["groups"], ds.WaveformSequence):
        wrong = differs(got, group(truth))
        if len(got["channels"]) != truth.NumberOfWaveformChannels:
            wrong = "channels"
        for one, other in zip(got["channels"],
                              truth.ChannelDefinitionSequence):
            wrong = wrong or differs(one, channel(other))
        if wrong:
            return wrong
    stored = [float(a.NumericValue)
              for a in ds.get("WaveformAnnotationSequence", [])
              if "ConceptNameCodeSequence" in a and
              a.ConceptNameCodeSequence[0].CodeMeaning == "RR Interval"]
    measured = said["groups"][0].get("measured", {})
    # 2 %: the recorder's is of other beats, and a mean or a median.
    if stored and abs(1000 * measured["rr_s"] / stored[0] - 1) > 0.02:
        return "RR %g s, not %g ms" % (measured["rr_s"], stored[0])
    wrong = judge_intervals(ds, measured)
    if wrong:
        return wrong
    values = sorted(float(a.NumericValue)
                    for a in ds.get("WaveformAnnotationSequence", [])
                    if a.get("NumericValue") is not None)
    if values != sorted(a["value"] for a in said["annotations"]
                        if "value" in a):
        return "values of annotations"
    return None


def judge(path):
    with open(path) as file:
        contents = json.load(file)
    n, n_refused = 0, 0
    for study in contents["studies"]:
        for series in study["series"]:
            for one in series["instances"]:
                name = one["path"].rsplit("/", 1)[1]
                said = one["waveform"]
                if name.startswith("wrong-"):
                    n_refused += bool(said["error"])
                elif name not in ("cut.dcm", "second.dcm", "defined.dcm"):
                    n += 1
                    wrong = judge_one(one["path"], said)
                    if wrong:
                        print(name, wrong)
                        return
                elif not said["warnings"]:
                    print(name, "no warning")
                    return
    print("%d the same, %d refused" % (n, n_refused))


{"prepare": prepare, "judge": judge}[sys.argv[1]](sys.argv[2])
