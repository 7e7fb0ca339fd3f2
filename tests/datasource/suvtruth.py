# SPDX-License-Identifier: LGPL-2.1-or-later
"""suvtruth.py OUT [METADATA_FOLDER]: PET series as DICOM files and what one unit
of their values is worth, computed here from the formulas' publications, with
nothing of what is tested.

Prints lines "SERIES KIND FACTOR" or "SERIES KIND -" where there is none; SERIES
is the folder in OUT. Series are variants made here, and, where METADATA_FOLDER
is given, those whose headers stand in its JSON files."""
import datetime
import glob
import json
import math
import os
import sys

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

PET = "1.2.840.10008.5.1.4.1.1.128"
KINDS = ("BW", "LBM", "LBMJAMES128", "LBMJANMA", "BSA", "IBW")
BASE = {
    "SeriesDate": "20240310", "SeriesTime": "101500",
    "AcquisitionDate": "20240310", "AcquisitionTime": "101500.25",
    "PatientSex": "F", "PatientSize": 1.68, "PatientWeight": 61.5,
    "FrameReferenceTime": 59936.85, "ActualFrameDuration": 120000,
    "DecayCorrection": "START", "Units": "BQML",
    "RadionuclideTotalDose": 251000000, "RadionuclideHalfLife": 6586.2,
    "RadiopharmaceuticalStartTime": "091230.5",
    "CorrectedImage": ["DECY", "ATTN", "SCAT"],
}
PHILIPS = {"SUVScaleFactor": "0.000551 ",
           "ActivityConcentrationScaleFactor": "1.602563"}


def change(*instances, **values):
    """Instances of BASE, each with its own changes, all with @values; None
    takes away."""
    made = []
    for own in instances or ({},):
        header = {**BASE, **values, **own}
        made.append({k: v for k, v in header.items() if v is not None})
    return made


VARIANTS = {
    "plain": change(),
    "man": change(PatientSex="M", PatientWeight=88, PatientSize=1.81),
    "other-sex": change(PatientSex="O"),
    "no-size": change(PatientSize=None),
    "no-weight": change(PatientWeight=None),
    "weight-0": change(PatientWeight=0),
    "short": change(PatientSex="M", PatientWeight=60, PatientSize=0.5),
    "admin": change(DecayCorrection="ADMIN"),
    "admin-no-times": change(DecayCorrection="ADMIN", RadionuclideHalfLife=None,
                             RadiopharmaceuticalStartTime=None),
    "decay-none": change(DecayCorrection="NONE"),
    "no-attenuation": change(CorrectedImage=["DECY"]),
    "no-decay": change(CorrectedImage=["ATTN"]),
    "no-dose": change(RadionuclideTotalDose=None),
    "no-half-life": change(RadionuclideHalfLife=None),
    "no-injection": change(RadiopharmaceuticalStartTime=None),
    "midnight": change(SeriesTime="001000", AcquisitionTime="001001",
                       RadiopharmaceuticalStartTime="233000"),
    "new-year": change(SeriesDate="20240101", AcquisitionDate="20240101",
                       SeriesTime="001000", AcquisitionTime="001001",
                       RadiopharmaceuticalStartTime="233000"),
    "date-time": change(RadiopharmaceuticalStartTime="999999",
                        RadiopharmaceuticalStartDateTime="20240310091230.5"),
    "date-time-before": change(
        SeriesTime="001000", AcquisitionTime="001001",
        RadiopharmaceuticalStartDateTime="20240309233000"),
    "date-time-years": change(
        RadiopharmaceuticalStartDateTime="20190310091230"),
    "date-time-later": change(
        RadiopharmaceuticalStartDateTime="20240310111230"),
    "offsets": change(TimezoneOffsetFromUTC="+0100",
                      RadiopharmaceuticalStartDateTime="20240310081230+0000"),
    "old-words": change(SeriesDate="2024.03.10", SeriesTime="10:15:00"),
    # The series' time is a later one: of a bed position that follows, of a
    # processing.
    "second-bed": change({}, {"AcquisitionTime": "101730"},
                         SeriesTime="101500"),
    "late-series": change({"AcquisitionTime": "101730",
                           "FrameReferenceTime": 209936.85},
                          {"AcquisitionTime": "101500"},
                          SeriesTime="143000"),
    "late-no-reference": change({"AcquisitionTime": "101730"}, {},
                                SeriesTime="143000", FrameReferenceTime=0),
    "late-ge": change(SeriesTime="143000", ge="20240310101459.00"),
    "counts-none": change(Units="CNTS"),
    "counts-uptake": change(Units="CNTS", PhilipsPETPrivateGroup=PHILIPS),
    "counts-block": change(Units="CNTS", PhilipsPETPrivateGroup=PHILIPS,
                           block=0x11),
    "counts-unknown": change(Units="CNTS", PhilipsPETPrivateGroup=PHILIPS,
                             implicit=True),
    "counts-activity": change(
        Units="CNTS", PhilipsPETPrivateGroup={
            "ActivityConcentrationScaleFactor": "1.602563"}),
    "counts-0": change(Units="CNTS",
                       PhilipsPETPrivateGroup={"SUVScaleFactor": "0"}),
    "gml": change(Units="GML", RadionuclideTotalDose=None, CorrectedImage=[]),
    "gml-lbm": change(Units="GML", SUVType="LBM"),
    "cm2ml": change(Units="CM2ML", SUVType="BSA"),
    "cm2ml-bw": change(Units="CM2ML", SUVType="BW"),
    "prop": change(Units="PROPCNTS"),
    "ct": change(Modality="CT"),
}


def moment(date, time):
    if date is None or time is None:
        return None
    date, time = (x.strip().replace(".", "", 2) if i == 0 else
                  x.strip().replace(":", "") for i, x in enumerate((date, time)))
    whole, _, part = time.partition(".")
    try:
        at = datetime.datetime.strptime(date + whole, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return at + datetime.timedelta(seconds=float("0." + (part or "0")))


def get_body(header, kind):
    weight, size = header.get("PatientWeight"), header.get("PatientSize")
    sex = header.get("PatientSex")
    if kind == "BW":
        return weight and weight * 1000
    if not size or (kind != "IBW" and not weight):
        return None
    cm = size * 100
    if kind == "BSA":
        return 0.007184 * weight ** 0.425 * cm ** 0.725 * 10000
    if sex not in ("M", "F"):
        return None
    man = sex == "M"
    if kind == "IBW":
        kg = 48 + 1.06 * (cm - 152) if man else 45.5 + 0.91 * (cm - 152)
    elif kind == "LBMJANMA":
        bmi = weight / size ** 2
        kg = 9.27e3 * weight / (6.68e3 + 216 * bmi if man
                                else 8.78e3 + 244 * bmi)
    else:
        by = {"LBM": 120, "LBMJAMES128": 128}[kind] if man else 148
        kg = (1.10 if man else 1.07) * weight - by * (weight / cm) ** 2
    return kg * 1000 if kg > 0 else None


def get_scan(headers):
    first = headers[0]
    series = moment(first.get("SeriesDate"), first.get("SeriesTime"))
    starts = [moment(h.get("AcquisitionDate"), h.get("AcquisitionTime"))
              for h in headers]
    if series <= min(starts):
        return series
    if "ge" in first:
        return moment(first["ge"][:8], first["ge"][8:])
    rate = math.log(2) / first.get("RadionuclideHalfLife", math.inf)
    for header, start in zip(headers, starts):
        reference = header.get("FrameReferenceTime", 0) / 1000
        duration = header.get("ActualFrameDuration", 0) / 1000
        if reference > 0 and duration > 0:
            x = rate * duration
            mean = math.log(x / (1 - math.exp(-x))) / rate
            return start + datetime.timedelta(seconds=mean - reference)
    return min(starts)


def get_injection(header, scan):
    whole = header.get("RadiopharmaceuticalStartDateTime", "").strip()
    if whole:
        if whole[-5] in "+-":
            away = int(header["TimezoneOffsetFromUTC"]) - int(whole[-5:])
            return (moment(whole[:8], whole[8:-5]) +
                    datetime.timedelta(hours=away / 100))
        return moment(whole[:8], whole[8:])
    at = moment(scan.strftime("%Y%m%d"),
                header.get("RadiopharmaceuticalStartTime"))
    if at is not None and at > scan:
        at -= datetime.timedelta(days=1)
    return at


def get_decayed(headers):
    header = headers[0]
    dose = header.get("RadionuclideTotalDose")
    if header["DecayCorrection"] == "ADMIN" or dose is None:
        return dose
    life = header.get("RadionuclideHalfLife")
    scan = get_scan(headers)
    injection = get_injection(header, scan)
    if life is None or injection is None:
        return None
    passed = (scan - injection).total_seconds()
    if passed < 0 or passed > 10 * life:
        return None
    return dose * 2 ** (-passed / life)


def get_factor(headers, kind):
    header = headers[0]
    body = get_body(header, kind)
    units = header["Units"]
    if header.get("Modality", "PT") != "PT":
        return None
    if units in ("GML", "CM2ML"):
        stored = header.get("SUVType", "BW" if units == "GML" else "BSA")
        if (stored == "BSA") != (units == "CM2ML"):
            return None
        if stored == kind:
            return 1
        before = get_body(header, stored)
        return body / before if body and before else None
    if units not in ("BQML", "CNTS") or header["DecayCorrection"] == "NONE" or \
            not {"ATTN", "DECY"} <= set(header["CorrectedImage"]):
        return None
    private = header.get("PhilipsPETPrivateGroup", {})
    scale = 1
    if units == "CNTS":
        uptake = float(private.get("SUVScaleFactor", 0))
        scale = float(private.get("ActivityConcentrationScaleFactor", 0))
        if uptake:
            weight = get_body(header, "BW")
            if kind == "BW":
                return uptake
            return uptake * body / weight if body and weight else None
        if not scale:
            return None
    dose = get_decayed(headers)
    return scale * body / dose if body and dose else None


def write(header, path, series, number):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    implicit = header.get("implicit", False)
    ds.file_meta.TransferSyntaxUID = (ImplicitVRLittleEndian if implicit
                                      else ExplicitVRLittleEndian)
    ds.is_little_endian, ds.is_implicit_VR = True, implicit
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = PET
    ds.SOPInstanceUID = f"1.2.3.4.{number}"
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.Modality = "PT"
    ds.StudyInstanceUID = "1.2.3.4"
    ds.SeriesInstanceUID = f"1.2.3.4.5.{series}"
    ds.SeriesDescription = os.path.basename(os.path.dirname(path))
    drug = Dataset()
    for key, value in header.items():
        if key == "PhilipsPETPrivateGroup" and value:
            block = ds.private_block(0x7053, "Philips PET Private Group",
                                     create=True)
            if "block" in header:
                del ds[0x7053, 0x0010]
                ds.add_new((0x7053, 0x0010), "LO", "SOMEBODY ELSE")
                block = ds.private_block(0x7053, "Philips PET Private Group",
                                         create=True)
                assert block.block_start == header["block"] << 8
            for element, name in ((0x00, "SUVScaleFactor"), (
                    0x09, "ActivityConcentrationScaleFactor")):
                if name in value:
                    block.add_new(element, "DS", value[name])
        elif key == "ge":
            block = ds.private_block(0x0009, "GEMS_PETD_01", create=True)
            block.add_new(0x0d, "DT", value)
        elif key.startswith("Radio"):
            setattr(drug, key, value)
        elif key[0].isupper() and key != "PhilipsPETPrivateGroup":
            setattr(ds, key, value)
    if len(drug):
        ds.RadiopharmaceuticalInformationSequence = Sequence([drug])
    ds.save_as(path, write_like_original=False)


def main():
    out = sys.argv[1]
    series = dict(VARIANTS)
    for path in glob.glob(sys.argv[2] + "/*.json") if len(sys.argv) > 2 else ():
        with open(path, encoding="utf-8") as file:
            series[os.path.basename(path)[:-5]] = json.load(file)
    number = 0
    for order, (name, headers) in enumerate(series.items()):
        os.makedirs(f"{out}/{name}")
        for i, header in enumerate(headers):
            number += 1
            write(header, f"{out}/{name}/{i}.dcm", order, number)
        for kind in KINDS:
            factor = get_factor(headers, kind)
            print(name, kind, "-" if factor is None else repr(float(factor)))


main()
