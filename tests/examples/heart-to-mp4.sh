# SPDX-License-Identifier: LGPL-2.1-or-later
# A ball of 20 to 38 mm at ten points of a beat of 400 ms: three beats of ten
# frames, each of its size, 25 a second.
. "$VITRAIL_SOURCE/tests/viewer/tap.sh"
/usr/bin/python3 -W ignore - "$dir/heart" <<'END'
import os
import sys
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
os.makedirs(sys.argv[1])
x, y, z = np.meshgrid(*[np.arange(48) * 2.0 - 47] * 3, indexing="ij")
far = np.sqrt(x * x + y * y + z * z)
for t in range(10):
    ball = np.where(far < 20 + 2 * t, 1000, 100).astype("<u2")
    for k in range(48):
        ds = Dataset()
        ds.file_meta = FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
        ds.SOPInstanceUID = "1.2.3.%d.%d" % (t, k)
        ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.1", "1.2.2"
        ds.FrameOfReferenceUID, ds.Modality = "1.2.9", "MR"
        ds.TriggerTime, ds.InstanceNumber = 40 * t, 48 * t + k + 1
        ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        ds.ImagePositionPatient = [-47, -47, 2 * k - 47]
        ds.PixelSpacing, ds.Rows, ds.Columns = [2, 2], 48, 48
        ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
        ds.PixelRepresentation = 0
        ds.WindowCenter, ds.WindowWidth = 500, 1000
        ds.PixelData = ball[:, :, k].T.tobytes()
        ds.is_little_endian, ds.is_implicit_VR = True, False
        ds.save_as("%s/%d-%d.dcm" % (sys.argv[1], t, k),
                   write_like_original=False)
END
sh "$VITRAIL_SOURCE/examples/heart-to-mp4.sh" "$dir/heart" "$dir/heart.mp4"
is "what ffprobe says" "$(ffprobe -v error -count_frames -select_streams v \
  -show_entries stream=codec_name,width,height,avg_frame_rate,nb_read_frames \
  -of csv=p=0 "$dir/heart.mp4")" "h264,256,256,25/1,30"
ffmpeg -v error -i "$dir/heart.mp4" -f rawvideo -pix_fmt gray "$dir/raw"
is "each frame's ball" "$(/usr/bin/python3 - "$dir/raw" <<'END'
import sys
import numpy as np
film = np.fromfile(sys.argv[1], "u1").reshape(-1, 256, 256)
sizes = np.sqrt((film > 128).sum(axis=(1, 2)) / np.pi)   # of mm squared
wrong = [(n, size) for n, size in enumerate(sizes)
         if abs(size - (20 + 2 * (n % 10))) > 1]
print(wrong or "as large as it was")
END
)" "as large as it was"
done_testing
