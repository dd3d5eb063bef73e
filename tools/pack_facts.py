# SPDX-License-Identifier: Apache-2.0
"""Facts of packs/uk that stand in no source file: names people use, and which districts a county has.

tools/pack-import checks every district name against the district list, so a spelling mistake or a
district that has ended is refused.
"""

# District → what else it is called: the Welsh name (also as it stands after "i" and "yng"), the
# short one, the one of before.
DISTRICT_NAMES = {
    "Aberdeen City": ["Aberdeen"],
    "Armagh City, Banbridge and Craigavon": ["Armagh", "Craigavon", "Banbridge"],
    "Bournemouth, Christchurch and Poole": ["BCP"],
    "Bridgend": ["Pen-y-bont ar Ogwr", "Ben-y-bont ar Ogwr", "Mhen-y-bont ar Ogwr"],
    "Bristol, City of": ["Bristol", "City of Bristol"],
    "Caerphilly": ["Caerffili", "Gaerffili", "Nghaerffili"],
    "Cardiff": ["Caerdydd", "Gaerdydd", "Nghaerdydd"],
    "Carmarthenshire": ["Sir Gaerfyrddin", "Sir Gâr"],
    "City of Edinburgh": ["Edinburgh"],
    "City of London": ["the City of London", "Square Mile"],
    "Denbighshire": ["Sir Ddinbych"],
    "Derry City and Strabane": ["Derry", "Londonderry", "Doire"],
    "Dundee City": ["Dundee"],
    "Flintshire": ["Sir y Fflint"],
    "Glasgow City": ["Glasgow"],
    "Herefordshire, County of": ["Herefordshire"],
    "Isle of Anglesey": ["Anglesey", "Ynys Môn"],
    "Isles of Scilly": ["Scilly", "Scilly Isles"],
    "King's Lynn and West Norfolk": ["West Norfolk"],
    "Kingston upon Hull, City of": ["Kingston upon Hull", "Hull", "City of Hull"],
    "Kingston upon Thames": ["Kingston"],
    "Merthyr Tydfil": ["Merthyr", "Merthyr Tudful", "Ferthyr Tudful"],
    "Monmouthshire": ["Sir Fynwy"],
    "Na h-Eileanan Siar": ["Western Isles", "Outer Hebrides"],
    "Neath Port Talbot": ["Castell-nedd Port Talbot"],
    "Newcastle upon Tyne": ["Newcastle"],
    "Newcastle-under-Lyme": ["Newcastle"],
    "Newport": ["Casnewydd", "Gasnewydd", "Nghasnewydd"],
    "Orkney Islands": ["Orkney"],
    "Pembrokeshire": ["Sir Benfro"],
    "Rhondda Cynon Taf": ["RCT"],
    "Richmond upon Thames": ["Richmond"],
    "Scottish Borders": ["the Borders"],
    "Shetland Islands": ["Shetland"],
    "Southend-on-Sea": ["Southend"],
    "Stoke-on-Trent": ["Stoke"],
    "Swansea": ["Abertawe"],
    "Vale of Glamorgan": ["Bro Morgannwg"],
    "Westminster": ["City of Westminster"],
    "Wrexham": ["Wrecsam"],
}

# County or other area → its districts. Ceremonial counties, because those stand in addresses; the
# counties that ended in 1996 and are still said are there too. "E07000040-47" is a run of codes.
AREAS = {
    "Avon": "Bristol, City of|Bath and North East Somerset|North Somerset|South Gloucestershire",
    "Bedfordshire": "Bedford|Central Bedfordshire|Luton",
    "Berkshire": "Bracknell Forest|Reading|Slough|West Berkshire|Windsor and Maidenhead|Wokingham",
    "Cambridgeshire": "E07000008-12|Peterborough",
    "Cheshire": "Cheshire East|Cheshire West and Chester|Halton|Warrington",
    "Cleveland": "Hartlepool|Middlesbrough|Redcar and Cleveland|Stockton-on-Tees",
    "Teesside": "Hartlepool|Middlesbrough|Redcar and Cleveland|Stockton-on-Tees",
    "Clwyd": "Conwy|Denbighshire|Flintshire|Wrexham",
    "Cumbria": "Cumberland|Westmorland and Furness",
    "Derbyshire": "E07000032-39|Derby",
    "Devon": "E07000040-47|Plymouth|Torbay",
    "Dyfed": "Carmarthenshire|Ceredigion|Pembrokeshire",
    "East Sussex": "E07000061-65|Brighton and Hove",
    "Essex": "E07000066-77|Southend-on-Sea|Thurrock",
    "Glamorgan": "Swansea|Neath Port Talbot|Bridgend|Vale of Glamorgan|Cardiff|Rhondda Cynon Taf|"
                 "Merthyr Tydfil",
    "Gloucestershire": "E07000078-83|South Gloucestershire",
    "Greater Manchester": "E08000001-10",
    "Gwent": "Blaenau Gwent|Caerphilly|Monmouthshire|Newport|Torfaen",
    "Hampshire": "E07000084-94|Portsmouth|Southampton",
    "Hertfordshire": "E07000095-103|E07000240-243",
    "Humberside": "East Riding of Yorkshire|Kingston upon Hull, City of|North Lincolnshire|"
                  "North East Lincolnshire",
    "Kent": "E07000105-116|Medway",
    "Lancashire": "E07000117-128|Blackburn with Darwen|Blackpool",
    "Leicestershire": "E07000129-135|Leicester",
    "Lincolnshire": "E07000136-142|North Lincolnshire|North East Lincolnshire",
    "Merseyside": "E08000011-15",
    "Middlesex": "Spelthorne|Barnet|Brent|Ealing|Enfield|Haringey|Harrow|Hillingdon|Hounslow|"
                 "Richmond upon Thames",
    "Norfolk": "E07000143-149",
    "North Wales": "Isle of Anglesey|Gwynedd|Conwy|Denbighshire|Flintshire|Wrexham",
    "Northamptonshire": "North Northamptonshire|West Northamptonshire",
    "Nottinghamshire": "E07000170-176|Nottingham",
    "Oxfordshire": "E07000177-181",
    "South Yorkshire": "E08000016-19",
    "Staffordshire": "E07000192-199|Stoke-on-Trent",
    "Suffolk": "Babergh|Ipswich|Mid Suffolk|East Suffolk|West Suffolk",
    "Surrey": "E07000207-217",
    "Sussex": "E07000061-65|Brighton and Hove|E07000223-229",
    "Tyne and Wear": "E08000021-24|Gateshead",
    "Tyneside": "Newcastle upon Tyne|North Tyneside|South Tyneside|Gateshead",
    "Warwickshire": "E07000218-222",
    "West Midlands": "E08000025-31",
    "West Sussex": "E07000223-229",
    "West Yorkshire": "E08000032-36",
    "Worcestershire": "E07000234-239",
    "Yorkshire": "North Yorkshire|York|East Riding of Yorkshire|Kingston upon Hull, City of|"
                 "Middlesbrough|Redcar and Cleveland|E08000016-19|E08000032-36",
}
AREA_NAMES = {
    "Bedfordshire": ["Beds"], "Berkshire": ["Berks"], "Cambridgeshire": ["Cambs"],
    "Hampshire": ["Hants"], "Hertfordshire": ["Herts"], "Lancashire": ["Lancs"],
    "Leicestershire": ["Leics"], "Lincolnshire": ["Lincs"], "Middlesex": ["Middx"],
    "Northamptonshire": ["Northants"], "Nottinghamshire": ["Notts"], "Oxfordshire": ["Oxon"],
    "Staffordshire": ["Staffs"], "Worcestershire": ["Worcs"], "London": ["Greater London",
    "Llundain"], "Wales": ["Cymru", "Gymru", "Nghymru"], "Scotland": ["Alba", "Yr Alban"],
    "Northern Ireland": ["Gogledd Iwerddon", "Ulster"], "England": ["Lloegr"],
    "North Wales": ["Gogledd Cymru"], "Yorkshire and The Humber": ["Yorkshire and Humber"],
}
NATIONS = {"England": "E", "Wales": "W", "Scotland": "S", "Northern Ireland": "N"}
