# SPDX-License-Identifier: LGPL-2.1-or-later
# make-ecg.py OUT.dcm: twelve leads of 10 s; each is a square wave between 0 and
# 1 mV, down for the first half of each second.
import sys
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

LEADS = (1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8)
RATE, SECONDS = 500, 10


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = value, scheme
    item.CodeMeaning = meaning
    return Sequence([item])


def channel(lead):
    item = Dataset()
    item.ChannelSourceSequence = code('5.6.3-9-%d' % lead, 'SCPECG', 'Lead')
    item.ChannelSensitivity = 2.5
    item.ChannelSensitivityUnitsSequence = code('uV', 'UCUM', 'microvolt')
    item.ChannelSensitivityCorrectionFactor = 1
    item.ChannelBaseline = 0
    item.WaveformBitsStored = 16
    return item


wave = np.tile(np.repeat([0, 400], RATE // 2), SECONDS)
group = Dataset()
group.WaveformOriginality = 'ORIGINAL'
group.NumberOfWaveformChannels = len(LEADS)
group.NumberOfWaveformSamples = len(wave)
group.SamplingFrequency = RATE
group.ChannelDefinitionSequence = Sequence([channel(x) for x in LEADS])
group.WaveformBitsAllocated = 16
group.WaveformSampleInterpretation = 'SS'
group.add_new(0x54001010, 'OW',
              np.repeat(wave, len(LEADS)).astype('<i2').tobytes())
ecg = Dataset()
ecg.file_meta = FileMetaDataset()
ecg.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
ecg.SOPClassUID = '1.2.840.10008.5.1.4.1.1.9.1.1'
ecg.SOPInstanceUID = pydicom.uid.generate_uid()
ecg.file_meta.MediaStorageSOPClassUID = ecg.SOPClassUID
ecg.file_meta.MediaStorageSOPInstanceUID = ecg.SOPInstanceUID
ecg.StudyInstanceUID = pydicom.uid.generate_uid()
ecg.SeriesInstanceUID = pydicom.uid.generate_uid()
ecg.PatientName, ecg.PatientID, ecg.Modality = 'Square^Wave', '1', 'ECG'
ecg.StudyDate, ecg.AcquisitionDateTime = '20260102', '20260102030405'
ecg.SeriesNumber, ecg.InstanceNumber = '1', '1'
ecg.WaveformSequence = Sequence([group])
ecg.is_little_endian, ecg.is_implicit_VR = True, False
ecg.save_as(sys.argv[1], write_like_original=False)
