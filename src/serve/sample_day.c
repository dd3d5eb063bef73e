/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/sample_day.h"

#include "base/io.h"
#include "desk/operation.h"
#include "serve/own_desk.h"

enum { ARENA_BYTES_MAX = 512 * 1024 * 1024, SEED = 7 };

static const char sites[] =
    "id,name,area,lon,lat,from,to,visits,dwell_min,post\n"
    "station,Practice police station,Tower Hamlets,-0.0420,51.5200,,,0,,\n"
    "th1,Willow Hall,Tower Hamlets,-0.0330,51.5245,07:00,22:00,6,15,\n"
    "th2,Old Lock Rooms,Tower Hamlets,-0.0200,51.5130,07:00,22:00,6,15,\n"
    "th3,Lantern Centre,Tower Hamlets,-0.0610,51.5190,07:00,22:00,6,15,\n"
    "th4,St Swithun's Rooms,Tower Hamlets,-0.0480,51.5105,07:00,22:00,6,15,\n"
    "th5,Bow Lane Library,Tower Hamlets,-0.0180,51.5290,07:00,22:00,6,15,\n"
    "th6,Heron School Hall,Tower Hamlets,-0.0150,51.4985,07:00,22:00,6,15,\n"
    "ha1,Larch Community Hall,Hackney,-0.0560,51.5450,07:00,22:00,6,15,\n"
    "ha2,Mare Field Pavilion,Hackney,-0.0490,51.5395,07:00,22:00,6,15,\n"
    "ha3,Northwold Rooms,Hackney,-0.0660,51.5580,07:00,22:00,6,15,\n"
    "ha4,Clapton Reading Room,Hackney,-0.0470,51.5620,07:00,22:00,6,15,\n"
    "ha5,De Vere Hall,Hackney,-0.0770,51.5480,07:00,22:00,6,15,\n"
    "ne1,Abbey Lane Hall,Newham,0.0010,51.5330,07:00,22:00,6,15,\n"
    "ne2,Plaistow Assembly Room,Newham,0.0220,51.5290,07:00,22:00,6,15,\n"
    "ne3,Forest Gate Chapel,Newham,0.0260,51.5490,07:00,22:00,6,15,\n"
    "ne4,Custom House Centre,Newham,0.0270,51.5100,07:00,22:00,6,15,\n"
    "ne5,East Ham Practice Hall,Newham,0.0520,51.5370,07:00,22:00,6,15,\n"
    "hustings,Evening hustings at Willow Hall,Tower Hamlets,-0.0330,51.5245,19:00,20:00,1,45,\n"
    "count,The count,Tower Hamlets,-0.0250,51.5060,22:15,23:15,0,,2\n";

static const char units[] = "id,base,start,end,officers,mode,rank\n"
                            "P1,station,06:30,15:30,2,car,constable\n"
                            "P2,station,06:30,15:30,2,car,constable\n"
                            "P3,station,06:30,15:30,2,bicycle,constable\n"
                            "P4,station,14:30,23:30,2,car,constable\n"
                            "P5,station,14:30,23:30,2,car,constable\n"
                            "P6,station,14:30,23:30,2,car,sergeant\n";

struct making {
    struct desk *desk;
    const struct caller *caller;
    struct arena *arena;
    int64_t number, version;
};

static enum status change(struct making *making, struct operation_change what, struct error *err)
{
    struct operation_changed changed;
    what.number = making->number;
    what.version = making->version;
    enum status status =
        desk_operation_change(making->desk, making->caller, &what, making->arena, &changed, err);
    making->version = status == STATUS_OK ? changed.version : making->version;
    return status;
}

static enum status fill(struct making *making, struct error *err)
{
    static const str red[] = {STR_INIT("th1"), STR_INIT("ne1")};
    static const str amber[] = {STR_INIT("ha2"), STR_INIT("th4"), STR_INIT("ne3")};
    const str source = STR("made-up list, for practice");
    enum status status = change(making,
                                (struct operation_change){.kind = OPERATION_SITES,
                                                          .text = str_c(sites),
                                                          .name = STR("sample sites"),
                                                          .from = STR("file")},
                                err);
    if (status == STATUS_OK) {
        status =
            change(making,
                   (struct operation_change){
                       .kind = OPERATION_UNITS, .text = str_c(units), .name = STR("sample units")},
                   err);
    }
    if (status == STATUS_OK) {
        status = change(making,
                        (struct operation_change){.kind = OPERATION_RATE,
                                                  .ids = red,
                                                  .id_count = ARRAY_LEN(red),
                                                  .rating = RATING_RED,
                                                  .text = source},
                        err);
    }
    return status == STATUS_OK ? change(making,
                                        (struct operation_change){.kind = OPERATION_RATE,
                                                                  .ids = amber,
                                                                  .id_count = ARRAY_LEN(amber),
                                                                  .rating = RATING_AMBER,
                                                                  .text = source},
                                        err)
                               : status;
}

static enum status plan(struct making *making, struct error *err)
{
    struct desk_operation view = {0};
    enum status status = desk_plan_search(making->desk, making->caller, making->number, 1, SEED,
                                          STR("made with the practice desk"), err);
    if (status == STATUS_OK) {
        status = desk_operation_read(making->desk, making->caller, making->number, making->arena,
                                     &view, err);
    }
    if (status == STATUS_OK && view.plan_count == 0) {
        status = error_set(err, STATUS_INTERNAL, "no plan was found for the sample day: %s",
                           view.search_count > 0 ? view.searches[0].words : "");
    }
    return status == STATUS_OK ? desk_plan_publish(making->desk, making->caller, view.plans[0].leaf,
                                                   making->arena, err)
                               : status;
}

enum status sample_day(const struct settings *settings, const struct crypt_key *root,
                       struct error *err)
{
    struct arena arena;
    struct own_desk *own = NULL;
    struct caller caller;
    arena_init(&arena, ARENA_BYTES_MAX);
    enum status status = own_desk_open_root(settings, root, &arena, &own, &caller, err);
    if (status == STATUS_OK) {
        struct making making = {
            .desk = own_desk_desk(own), .caller = &caller, .arena = &arena, .version = 1};
        struct civil_time today = time_civil_london(caller.now);
        str day = arena_printf(&arena, "%04d-%02u-%02u", (int)today.year, today.month, today.day);
        status = desk_operation_make(making.desk, &caller, STR("Practice polling day"), day,
                                     &making.number, err);
        if (status == STATUS_OK) {
            status = fill(&making, err);
        }
        if (status == STATUS_OK) {
            status = plan(&making, err);
        }
        own_desk_close(own);
    }
    arena_close(&arena);
    return status;
}
