/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asks a data set everything that it can be asked. */

#pragma once

#include "dicom/dataset.h"

void fuzz_walk (const VitrailDataSet *data_set);
