@echo off
rem Finds the Python that this bundle is for, and lets it install celadon for this user.
rem
rem   install.cmd                 install, or update
rem   install.cmd --remove        remove
rem   set CELADON_PYTHON=C:\...\python.exe       name the Python
rem   set CELADON_NO_PAUSE=1                     do not wait for a key at the end
rem
rem This file is plain ASCII: a console reads it in its own code page. What is said in Chinese
rem stands in no-python.txt, in UTF-8, and in install.py.
setlocal EnableExtensions DisableDelayedExpansion
set "CELADON_FOUND="
if defined CELADON_PYTHON call :try "%CELADON_PYTHON%"
if not defined CELADON_FOUND call :try py -{{python}}
if not defined CELADON_FOUND call :try python{{python}}
if not defined CELADON_FOUND call :try python
if not defined CELADON_FOUND call :try python3
if not defined CELADON_FOUND goto absent

%CELADON_FOUND% -E -s -B "%~dp0install.py" %*
set "CELADON_CODE=%ERRORLEVEL%"
goto end

:try
%* -c "import sys; sys.exit(sys.version_info[:2] != ({{python_tuple}}))" >nul 2>nul
if %ERRORLEVEL% equ 0 set CELADON_FOUND=%*
exit /b 0

:absent
set "CELADON_PAGE="
for /f "tokens=2 delims=:." %%p in ('chcp') do set "CELADON_PAGE=%%p"
chcp 65001 >nul
type "%~dp0no-python.txt"
if defined CELADON_PAGE chcp %CELADON_PAGE% >nul
set "CELADON_CODE=2"

:end
if not defined CELADON_NO_PAUSE pause
exit /b %CELADON_CODE%
