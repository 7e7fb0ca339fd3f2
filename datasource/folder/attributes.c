/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The attributes that the index keeps: see attributes.h. Whoever changes the
 * table changes the database, and with this file its version. */

#include "folder/attributes.h"

#define STUDY(g, e, keyword, kind)                                          \
  {                                                                         \
    VITRAIL_TAG (g, e), #keyword, VITRAIL_LEVEL_STUDY, VITRAIL_MATCH_##kind \
  }
#define SERIES(g, e, keyword, kind)                                          \
  {                                                                          \
    VITRAIL_TAG (g, e), #keyword, VITRAIL_LEVEL_SERIES, VITRAIL_MATCH_##kind \
  }
#define INSTANCE(g, e, keyword, kind)                                          \
  {                                                                            \
    VITRAIL_TAG (g, e), #keyword, VITRAIL_LEVEL_INSTANCE, VITRAIL_MATCH_##kind \
  }

/* clang-format off */
const VitrailFolderAttribute vitrail_folder_attributes[] = {
  STUDY (0x0020, 0x000d, StudyInstanceUID, UID),
  STUDY (0x0010, 0x0010, PatientName, PERSON),
  STUDY (0x0010, 0x0020, PatientID, TEXT),
  STUDY (0x0010, 0x0021, IssuerOfPatientID, TEXT),
  STUDY (0x0010, 0x0030, PatientBirthDate, DATE),
  STUDY (0x0010, 0x0040, PatientSex, TEXT),
  STUDY (0x0010, 0x1010, PatientAge, TEXT),
  STUDY (0x0008, 0x0020, StudyDate, DATE),
  STUDY (0x0008, 0x0030, StudyTime, TIME),
  STUDY (0x0008, 0x0050, AccessionNumber, TEXT),
  STUDY (0x0020, 0x0010, StudyID, TEXT),
  STUDY (0x0008, 0x1030, StudyDescription, TEXT),
  STUDY (0x0008, 0x0090, ReferringPhysicianName, PERSON),
  STUDY (0x0008, 0x0080, InstitutionName, TEXT),
  STUDY (0x0008, 0x0201, TimezoneOffsetFromUTC, TEXT),

  SERIES (0x0020, 0x000e, SeriesInstanceUID, UID),
  SERIES (0x0008, 0x0060, Modality, TEXT),
  SERIES (0x0020, 0x0011, SeriesNumber, NUMBER),
  SERIES (0x0008, 0x103e, SeriesDescription, TEXT),
  SERIES (0x0008, 0x0021, SeriesDate, DATE),
  SERIES (0x0008, 0x0031, SeriesTime, TIME),
  SERIES (0x0018, 0x0015, BodyPartExamined, TEXT),
  SERIES (0x0018, 0x1030, ProtocolName, TEXT),
  SERIES (0x0020, 0x0060, Laterality, TEXT),
  SERIES (0x0040, 0x0244, PerformedProcedureStepStartDate, DATE),
  SERIES (0x0040, 0x0245, PerformedProcedureStepStartTime, TIME),
  SERIES (0x0040, 0x0275, RequestAttributesSequence, ITEMS),
  SERIES (0x0008, 0x0070, Manufacturer, TEXT),
  SERIES (0x0008, 0x1010, StationName, TEXT),

  INSTANCE (0x0008, 0x0018, SOPInstanceUID, UID),
  INSTANCE (0x0008, 0x0016, SOPClassUID, UID),
  INSTANCE (0x0008, 0x3002, AvailableTransferSyntaxUID, UID),
  INSTANCE (0x0020, 0x0013, InstanceNumber, NUMBER),
  INSTANCE (0x0028, 0x0010, Rows, NUMBER),
  INSTANCE (0x0028, 0x0011, Columns, NUMBER),
  INSTANCE (0x0028, 0x0100, BitsAllocated, NUMBER),
  INSTANCE (0x0028, 0x0002, SamplesPerPixel, NUMBER),
  INSTANCE (0x0028, 0x0004, PhotometricInterpretation, TEXT),
  INSTANCE (0x0028, 0x0008, NumberOfFrames, NUMBER),
  INSTANCE (0x0008, 0x0008, ImageType, TEXT),
  INSTANCE (0x0008, 0x0012, InstanceCreationDate, DATE),
  INSTANCE (0x0008, 0x0013, InstanceCreationTime, TIME),
  INSTANCE (0x0008, 0x0023, ContentDate, DATE),
  INSTANCE (0x0008, 0x0033, ContentTime, TIME),
  INSTANCE (0x0008, 0x0022, AcquisitionDate, DATE),
  INSTANCE (0x0008, 0x0032, AcquisitionTime, TIME),
  INSTANCE (0x0020, 0x0012, AcquisitionNumber, NUMBER),
  INSTANCE (0x0020, 0x0100, TemporalPositionIdentifier, NUMBER),
  INSTANCE (0x0018, 0x0086, EchoNumbers, TEXT),
  INSTANCE (0x0020, 0x0052, FrameOfReferenceUID, UID),
  INSTANCE (0x0020, 0x0032, ImagePositionPatient, TEXT),
  INSTANCE (0x0020, 0x0037, ImageOrientationPatient, TEXT),
  INSTANCE (0x0020, 0x1041, SliceLocation, TEXT),
  INSTANCE (0x0028, 0x0030, PixelSpacing, TEXT),
  INSTANCE (0x0018, 0x1063, FrameTime, TEXT),
  INSTANCE (0x0018, 0x0040, CineRate, TEXT),
  INSTANCE (0x0008, 0x0019, PyramidUID, UID),
  INSTANCE (0x0020, 0x0242, SOPInstanceUIDOfConcatenationSource, UID),
  INSTANCE (0x0040, 0x0512, ContainerIdentifier, TEXT),
};
/* clang-format on */

const guint vitrail_folder_n_attributes =
    G_N_ELEMENTS (vitrail_folder_attributes);

const VitrailTag vitrail_folder_request_tags[] = {
  VITRAIL_TAG (0x0008, 0x0050), /* AccessionNumber */
  VITRAIL_TAG (0x0020, 0x000d), /* StudyInstanceUID */
  VITRAIL_TAG (0x0032, 0x1060), /* RequestedProcedureDescription */
  VITRAIL_TAG (0x0040, 0x0007), /* ScheduledProcedureStepDescription */
  VITRAIL_TAG (0x0040, 0x0009), /* ScheduledProcedureStepID */
  VITRAIL_TAG (0x0040, 0x1001), /* RequestedProcedureID */
  0,
};

guint
vitrail_folder_attribute_index (VitrailTag tag)
{
  for (guint i = 0; i < vitrail_folder_n_attributes; i++) {
    if (vitrail_folder_attributes[i].tag == tag)
      return i;
  }
  return G_MAXUINT;
}
