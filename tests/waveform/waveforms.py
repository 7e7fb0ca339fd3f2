# SPDX-License-Identifier: LGPL-2.1-or-later
"""waveforms.py OUT [FILE...]: waveform objects in OUT, and what their values
are, by numpy, by audioop for mu-law and A-law, and by pydicom for each FILE.

OUT/NAME.dcm has OUT/NAME-GROUP.f64: values in units, sample by sample, little
endian. FILEs are copied as real-N."""
import audioop
import shutil
import sys
import warnings

import numpy
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (ExplicitVRBigEndian, ExplicitVRLittleEndian,
                         ImplicitVRLittleEndian)

TYPES = {"SB": "i1", "UB": "u1", "MB": "u1", "AB": "u1", "SS": "i2", "US": "u2",
         "SL": "i4", "UL": "u4", "SV": "i8", "UV": "u8"}
ECG = "1.2.840.10008.5.1.4.1.1.9.1.1"
RNG = numpy.random.default_rng(5)


def item(**attributes):
    data_set = Dataset()
    for key, value in attributes.items():
        setattr(data_set, key, value)
    return data_set


def code(value, meaning, scheme="UCUM"):
    return Sequence([item(CodeValue=value, CodingSchemeDesignator=scheme,
                          CodeMeaning=meaning)])


def channel(name, **attributes):
    return item(ChannelLabel=name, ChannelSourceSequence=code(
        "MDC_" + name, "Lead " + name, "MDC"), **attributes)


def group(kind, samples, channels, big=False, **attributes):
    stored = samples.astype((">" if big else "<") + TYPES[kind])
    return item(NumberOfWaveformChannels=samples.shape[1],
                NumberOfWaveformSamples=samples.shape[0],
                SamplingFrequency=attributes.pop("SamplingFrequency", 500),
                WaveformOriginality="ORIGINAL",
                WaveformBitsAllocated=8 * stored.itemsize,
                WaveformSampleInterpretation=kind,
                WaveformData=stored.tobytes(),
                ChannelDefinitionSequence=Sequence(channels), **attributes)


def save(name, groups, syntax=ExplicitVRLittleEndian, annotations=()):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.is_little_endian = syntax != ExplicitVRBigEndian
    ds.is_implicit_VR = syntax == ImplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = ECG
    ds.SOPInstanceUID = "1.2.3." + str(int.from_bytes(name.encode(), "big"))
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.WaveformSequence = Sequence(groups)
    for one in groups:
        one["WaveformData"].VR = "OB" if one.WaveformBitsAllocated == 8 else "OW"
        if "WaveformPaddingValue" in one:
            one["WaveformPaddingValue"].VR = one["WaveformData"].VR
    if annotations:
        ds.WaveformAnnotationSequence = Sequence(annotations)
    ds.save_as(f"{OUT}/{name}.dcm", write_like_original=False)


def truth(name, values, number=0):
    values.astype("<f8").tofile(f"{OUT}/{name}-{number}.f64")


def noise(kind, n=300, n_channels=3):
    info = numpy.iinfo(TYPES[kind])
    samples = RNG.integers(info.min, info.max, (n, n_channels),
                           TYPES[kind], endpoint=True)
    samples[0], samples[1] = info.min, info.max
    return samples


def to_linear(kind, samples):
    if kind not in ("MB", "AB"):
        return samples.astype("f8")
    convert = audioop.ulaw2lin if kind == "MB" else audioop.alaw2lin
    linear = numpy.frombuffer(convert(samples.tobytes(), 2), "<i2")
    return linear.reshape(samples.shape).astype("f8")


def make_codings():
    gains = [(1.25, 1.0, 0.0), (0.5, 1.02, -7.5), (None, None, 3.0)]
    for syntax, word in ((ExplicitVRLittleEndian, "explicit"),
                         (ImplicitVRLittleEndian, "implicit"),
                         (ExplicitVRBigEndian, "big")):
        for kind in TYPES:
            if word == "big" and kind not in ("SS", "US", "SB", "UB"):
                continue
            samples = noise(kind)
            channels = []
            values = to_linear(kind, samples)
            for i, (gain, correction, baseline) in enumerate(gains):
                one = channel(f"L{i}", ChannelBaseline=baseline)
                if gain is not None:
                    one.ChannelSensitivity = gain
                    one.ChannelSensitivityCorrectionFactor = correction
                    one.ChannelSensitivityUnitsSequence = code("uV", "uV")
                    values[:, i] *= gain * correction
                values[:, i] += baseline
                channels.append(one)
            save(f"{word}-{kind}", [group(kind, samples, channels,
                                          word == "big")], syntax)
            truth(f"{word}-{kind}", values)


def make_groups():
    """What is said of groups and channels; padding; annotations of both."""
    first = noise("SS", 100, 2)
    first[10:20, 1] = -32768
    first[30, 1] = 5
    first[first == -32768] = -32767
    first[10:20, 1] = -32768
    values = first.astype("f8")
    values[first == -32768] = numpy.nan
    second = noise("UB", 40, 1)
    groups = [
        group("SS", first, [
            channel("I", ChannelTimeSkew=0.001, FilterLowFrequency=0.05,
                    FilterHighFrequency=150, NotchFilterFrequency=50),
            channel("II", ChannelSampleSkew=2, ChannelOffset=0.5,
                    FilterLowFrequency=0)],
            MultiplexGroupLabel="RHYTHM", MultiplexGroupTimeOffset=20,
            TriggerTimeOffset=-5, WaveformPaddingValue=b"\x00\x80"),
        group("UB", second, [item(ChannelSourceSequence=code(
            "X", "Pressure", "MDC"))], SamplingFrequency=100)]
    point = item(AnnotationGroupNumber=1, ReferencedWaveformChannels=[1, 2],
                 ConceptNameCodeSequence=code("8.1", "QRS onset", "SCPECG"),
                 TemporalRangeType="POINT", ReferencedSamplePositions=[26])
    segment = item(AnnotationGroupNumber=2, ReferencedWaveformChannels=[2, 0],
                   UnformattedTextValue="artefact",
                   TemporalRangeType="SEGMENT",
                   ReferencedTimeOffsets=["100", "250.5"])
    number = item(AnnotationGroupNumber=0, NumericValue="72",
                  ConceptNameCodeSequence=code("H", "Heart rate", "LN"),
                  MeasurementUnitsCodeSequence=code("/min", "bpm"))
    lost = item(ReferencedWaveformChannels=[3, 1], UnformattedTextValue="gone")
    save("groups", groups, annotations=[point, segment, number, lost])
    truth("groups", values)
    truth("groups", second, 1)


def make_wrong():
    """Each file wrong in one way, beside what is right."""
    right = noise("SS", 50, 2)
    channels = [channel("I"), channel("II")]

    def one(**attributes):
        made = group("SS", right, channels)
        for key, value in attributes.items():
            setattr(made, key, value)
        return made
    save("cut", [one(WaveformData=right.tobytes()[:99])])
    truth("cut", right[:24])
    save("defined", [one(ChannelDefinitionSequence=Sequence(channels[:1]))])
    truth("defined", right)
    save("second", [one(SamplingFrequency=0), one()])
    truth("second", right)
    for name, change in (
            ("rate", {"SamplingFrequency": -1}),
            ("channels", {"NumberOfWaveformChannels": 0}),
            ("samples", {"NumberOfWaveformSamples": 0}),
            ("bits", {"WaveformBitsAllocated": 8}),
            ("coding", {"WaveformSampleInterpretation": "XX"}),
            ("data", {"WaveformData": b"\0\0"})):
        save("wrong-" + name, [one(**change)])


def main(files):
    warnings.simplefilter("ignore")
    make_codings()
    make_groups()
    make_wrong()
    for n, path in enumerate(files):
        shutil.copy(path, f"{OUT}/real-{n}.dcm")
        ds = dcmread(path)
        for i in range(len(ds.WaveformSequence)):
            truth(f"real-{n}", ds.waveform_array(i), i)


OUT = sys.argv[1]
main(sys.argv[2:])
