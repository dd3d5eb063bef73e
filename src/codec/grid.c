/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/grid.h"

#include <math.h>

#define PI 3.14159265358979323846
#define RADIANS (PI / 180)
#define ARC_SECOND (PI / 180 / 3600)

struct ellipsoid { /* metres */
    double a, b;
};
static const struct ellipsoid airy_1830 = {6377563.396, 6356256.909};
static const struct ellipsoid airy_modified = {6377340.189, 6356034.447938534};
static const struct ellipsoid grs80 = {6378137.0, 6356752.3141};

struct helmert {       /* from the grid's datum to WGS 84; position-vector rotation */
    double x, y, z;    /* metres */
    double scale;      /* millionths */
    double rx, ry, rz; /* seconds of arc */
};

struct projection {
    const struct ellipsoid *ellipsoid;
    double scale; /* on the central meridian */
    double lat0, lon0;
    double easting0, northing0;
    double easting_max, northing_max;
    struct helmert to_wgs84;
};

static const struct projection projections[] = {
    [GRID_GREAT_BRITAIN] = {&airy_1830,
                            0.9996012717,
                            49,
                            -2,
                            400000,
                            -100000,
                            700000,
                            1300000,
                            {446.448, -125.157, 542.060, -20.4894, 0.1502, 0.2470, 0.8421}},
    [GRID_IRELAND] = {&airy_modified,
                      1.000035,
                      53.5,
                      -8,
                      200000,
                      250000,
                      400000,
                      500000,
                      {482.5, -130.6, 564.6, 8.15, -1.042, -0.214, -0.631}},
};

/* Length of the meridian from lat0 to lat (radians), scaled: the guide's M, equation C3. */
static double meridian(const struct projection *to, double lat)
{
    double n = (to->ellipsoid->a - to->ellipsoid->b) / (to->ellipsoid->a + to->ellipsoid->b);
    double n2 = n * n;
    double n3 = n2 * n;
    double lat0 = to->lat0 * RADIANS;
    double d = lat - lat0;
    double s = lat + lat0;
    return to->ellipsoid->b * to->scale *
           ((1 + n + 5.0 / 4 * n2 + 5.0 / 4 * n3) * d -
            (3 * n + 3 * n2 + 21.0 / 8 * n3) * sin(d) * cos(s) +
            (15.0 / 8 * n2 + 15.0 / 8 * n3) * sin(2 * d) * cos(2 * s) -
            35.0 / 24 * n3 * sin(3 * d) * cos(3 * s));
}

/* The latitude whose meridian length is that of the northing (radians). */
static double foot_latitude(const struct projection *from, double northing)
{
    enum { ROUNDS_MAX = 20 }; /* 5 are enough anywhere on the grid */
    double radius = from->ellipsoid->a * from->scale;
    double lat = from->lat0 * RADIANS;
    double left = northing - from->northing0;
    for (int i = 0; i < ROUNDS_MAX && fabs(left) >= 0.00001; i++) {
        lat += left / radius;
        left = northing - from->northing0 - meridian(from, lat);
    }
    return lat;
}

struct geo_point grid_unproject(enum grid grid, struct grid_point point)
{
    const struct projection *from = &projections[grid];
    double a = from->ellipsoid->a;
    double b = from->ellipsoid->b;
    double e2 = (a * a - b * b) / (a * a);
    double lat = foot_latitude(from, point.northing);
    double sine = sin(lat);
    double t = tan(lat);
    double t2 = t * t;
    double t4 = t2 * t2;
    double t6 = t4 * t2;
    double bend = 1 - e2 * sine * sine;
    double nu = a * from->scale / sqrt(bend);
    double rho = a * from->scale * (1 - e2) / (bend * sqrt(bend));
    double eta2 = nu / rho - 1;
    double nu3 = nu * nu * nu;
    double nu5 = nu3 * nu * nu;
    double nu7 = nu5 * nu * nu;
    double secant = 1 / cos(lat);
    double d = point.easting - from->easting0;
    double d2 = d * d;
    /* The guide's VII to XIIA. */
    double c7 = t / (2 * rho * nu);
    double c8 = t / (24 * rho * nu3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2);
    double c9 = t / (720 * rho * nu5) * (61 + 90 * t2 + 45 * t4);
    double c10 = secant / nu;
    double c11 = secant / (6 * nu3) * (nu / rho + 2 * t2);
    double c12 = secant / (120 * nu5) * (5 + 28 * t2 + 24 * t4);
    double c12a = secant / (5040 * nu7) * (61 + 662 * t2 + 1320 * t4 + 720 * t6);
    lat = lat - c7 * d2 + c8 * d2 * d2 - c9 * d2 * d2 * d2;
    double lon = from->lon0 * RADIANS + d * (c10 - c11 * d2 + c12 * d2 * d2 - c12a * d2 * d2 * d2);
    return (struct geo_point){lat / RADIANS, lon / RADIANS};
}

struct cartesian {
    double x, y, z;
};

static struct cartesian to_cartesian(const struct ellipsoid *on, struct geo_point point)
{
    double lat = point.lat * RADIANS;
    double lon = point.lon * RADIANS;
    double e2 = (on->a * on->a - on->b * on->b) / (on->a * on->a);
    double nu = on->a / sqrt(1 - e2 * sin(lat) * sin(lat));
    return (struct cartesian){nu * cos(lat) * cos(lon), nu * cos(lat) * sin(lon),
                              (1 - e2) * nu * sin(lat)};
}

static struct geo_point from_cartesian(const struct ellipsoid *on, struct cartesian at)
{
    enum { ROUNDS = 8 }; /* each gains three digits */
    double e2 = (on->a * on->a - on->b * on->b) / (on->a * on->a);
    double p = hypot(at.x, at.y);
    double lat = atan2(at.z, p * (1 - e2));
    for (int i = 0; i < ROUNDS; i++) {
        double nu = on->a / sqrt(1 - e2 * sin(lat) * sin(lat));
        lat = atan2(at.z + e2 * nu * sin(lat), p);
    }
    return (struct geo_point){lat / RADIANS, atan2(at.y, at.x) / RADIANS};
}

static struct cartesian shift(const struct helmert *by, struct cartesian at)
{
    double scale = 1 + by->scale * 1e-6;
    double rx = by->rx * ARC_SECOND;
    double ry = by->ry * ARC_SECOND;
    double rz = by->rz * ARC_SECOND;
    return (struct cartesian){by->x + scale * at.x - rz * at.y + ry * at.z,
                              by->y + rz * at.x + scale * at.y - rx * at.z,
                              by->z - ry * at.x + rx * at.y + scale * at.z};
}

bool grid_to_geo(enum grid grid, struct grid_point point, struct geo_point *ret_point)
{
    const struct projection *from = &projections[grid];
    /* Written so that "not a number" is refused as well. */
    bool is_on_grid = point.easting > 0 && point.easting <= from->easting_max &&
                      point.northing > 0 && point.northing <= from->northing_max;
    if (!is_on_grid) {
        return false;
    }
    struct cartesian at = to_cartesian(from->ellipsoid, grid_unproject(grid, point));
    *ret_point = from_cartesian(&grs80, shift(&from->to_wgs84, at));
    return true;
}

bool geo_is_near(struct geo_point point)
{
    return point.lat >= 49 && point.lat <= 61.5 && point.lon >= -9 && point.lon <= 2.5;
}

double geo_distance(struct geo_point a, struct geo_point b)
{
    double middle = (a.lat + b.lat) / 2 * RADIANS;
    double north = (a.lat - b.lat) * RADIANS;
    double east = (a.lon - b.lon) * RADIANS * cos(middle);
    return 6371000 * hypot(north, east);
}

bool decimal_parse(str text, double *ret_value)
{
    enum { DIGITS_MAX = 15 }; /* all of them exact in a double */
    bool is_negative = text.n > 0 && text.p[0] == '-';
    double value = 0;
    double unit = 1;
    size_t digits = 0;
    bool has_point = false;
    for (size_t i = is_negative || (text.n > 0 && text.p[0] == '+') ? 1 : 0; i < text.n; i++) {
        if (text.p[i] == '.' && !has_point) {
            has_point = true;
            continue;
        }
        if (!ascii_is_digit(text.p[i])) {
            return false;
        }
        if (digits >= DIGITS_MAX) {
            if (!has_point) {
                return false;
            }
            continue; /* a spreadsheet's "51.520123456789012345": the tail says nothing */
        }
        digits++;
        value = value * 10 + (text.p[i] - '0');
        unit *= has_point ? 10 : 1;
    }
    if (digits == 0) {
        return false;
    }
    *ret_value = (is_negative ? -value : value) / unit;
    return true;
}
