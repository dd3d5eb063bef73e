/* SPDX-License-Identifier: Apache-2.0 */
/* Grid references of the two national grids to latitude and longitude.
 *
 * Councils give polling places as eastings and northings in metres: on the National Grid (Great
 * Britain, datum OSGB36, Airy 1830) or the Irish Grid (Northern Ireland, datum TM75, Airy
 * modified). Maps and telephones want WGS 84. Three steps, each pure arithmetic:
 *   1. inverse transverse Mercator, iterated to 0.01 mm;
 *   2. latitude and longitude on the ellipsoid to cartesian, at height 0 of the ellipsoid;
 *   3. Helmert transformation of seven parameters, and back to latitude and longitude on GRS80.
 * Formulas and National Grid parameters: Ordnance Survey, "A guide to coordinate systems in Great
 * Britain", annexes B and C and section 6.6. Irish Grid: EPSG 29903 with transformation EPSG 1954.
 *
 * One Helmert for a whole country follows the distortions of the old triangulation to about 5 m
 * (measured in the tests against the Survey's 40 published points). A polling place is found by
 * that; nothing here is for surveying, which needs the OSTN15 grid.
 */
#ifndef HUSTINGS_CODEC_GRID_H
#define HUSTINGS_CODEC_GRID_H

#include "base/str.h"

enum grid { GRID_GREAT_BRITAIN, GRID_IRELAND };

struct grid_point { /* metres */
    double easting, northing;
};
struct geo_point { /* degrees, WGS 84; north and east positive */
    double lat, lon;
};

/* False when the point is not on the grid (0-700,000 by 0-1,300,000; Ireland 0-400,000 by
 * 0-500,000): nothing is answered then, because 0,0 is how files say "not known". */
bool grid_to_geo(enum grid grid, struct grid_point point, struct geo_point *ret_point) MUST_CHECK;
/* Only steps 1: latitude and longitude on the grid's own datum. */
struct geo_point grid_unproject(enum grid grid, struct grid_point point);
/* On or near the British Isles? Longitude 9 degrees west to 2.5 east, latitude 49 to 61.5. */
bool geo_is_near(struct geo_point point);
/* Metres between two points, over a sphere: for "is this far away?". */
double geo_distance(struct geo_point a, struct geo_point b);

/* A decimal number with an optional sign and fraction, no exponent, at most 15 digits. */
bool decimal_parse(str text, double *ret_value) MUST_CHECK;

#endif
