#!/usr/bin/python3
"""sheet_fill.py IN OUT CELL...: fill a reporting sheet in with LibreOffice itself, without a screen and
without macros, and save it as .xlsx. A CELL is "CODE|COLUMN|TEXT": the row in which CODE stands, the
column with this heading (or "FILLER||TEXT"). Cells are typed as a person types them. "SORT||" puts the
rows in the opposite order, "DELETE|CODE|" takes a row out; both as people do it who have taken the
protection off. OUT may end in .xlsx, .xls, .ods or .csv. Exit code 77: LibreOffice or its Python
bridge is not here."""
import os
import subprocess
import sys
import tempfile
import time

try:
    import uno
    from com.sun.star.beans import PropertyValue
    from com.sun.star.table import TableSortField
    from com.sun.star.connection import NoConnectException
except ImportError:
    sys.exit(77)

ROWS, COLUMNS = 60, 24
CODE = "Mã nhiệm vụ"
FORMS = {".xlsx": "Calc MS Excel 2007 XML", ".xls": "MS Excel 97", ".ods": "calc8",
         ".csv": "Text - txt - csv (StarCalc)"}
FILLER = "Chức vụ người báo cáo (không ghi họ tên)"


def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe, office):
    resolver = uno.getComponentContext().ServiceManager.createInstance(
        "com.sun.star.bridge.UnoUrlResolver")
    for _ in range(600):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except NoConnectException:
            if office.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit("LibreOffice does not come up")


def find(sheet, text):
    for row in range(ROWS):
        for column in range(COLUMNS):
            if sheet.getCellByPosition(column, row).String == text:
                return column, row
    sys.exit("'%s' stands nowhere" % text)


def last_row(sheet, column, row):
    while sheet.getCellByPosition(column, row + 1).String:
        row += 1
    return row


def sort(sheet):
    column, row = find(sheet, CODE)
    rows = sheet.getCellRangeByPosition(0, row + 1, COLUMNS, last_row(sheet, column, row))
    field = TableSortField()
    field.Field, field.IsAscending = column, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    rows.sort((option("SortFields", fields), option("ContainsHeader", False)))


def fill(sheet, said):
    code, heading, text = said.split("|", 2)
    if code in ("SORT", "DELETE"):
        sheet.unprotect("")
        if code == "SORT":
            sort(sheet)
        else:
            sheet.Rows.removeByIndex(find(sheet, heading)[1], 1)
        return
    if code == "FILLER":
        column, row = find(sheet, FILLER)
        sheet.getCellByPosition(4, row).String = text
        return
    row = find(sheet, code)[1]
    column = find(sheet, heading)[0]
    cell = sheet.getCellByPosition(column, row)
    if cell.CellProtection.IsLocked:
        sys.exit("'%s' of %s is locked" % (heading, code))
    cell.String = text  # what is typed into a cell for text stays as it was typed


def main():
    source, target, cells = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory() as home:
        pipe = "dondoc-%d" % os.getpid()
        try:
            office = subprocess.Popen(
                ["soffice", "--headless", "--norestore", "--nologo",
                 "-env:UserInstallation=file://" + home, "--accept=pipe,name=%s;urp;" % pipe],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            sys.exit(77)
        try:
            context = connect(pipe, office)
            desktop = context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context)
            book = desktop.loadComponentFromURL(
                "file://" + os.path.abspath(source), "_blank", 0, (option("Hidden", True),))
            for said in cells:
                fill(book.Sheets.getByIndex(0), said)
            book.storeToURL("file://" + os.path.abspath(target),
                            (option("FilterName", FORMS[os.path.splitext(target)[1]]),))
            book.close(True)
            try:
                desktop.terminate()
            except Exception:  # the bridge ends with the office
                pass
        finally:
            try:
                office.wait(30)
            except subprocess.TimeoutExpired:
                office.kill()


main()
