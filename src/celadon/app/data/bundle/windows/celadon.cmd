@echo off
rem Starts the celadon that install.cmd installed for this user.
rem This file is plain ASCII: a console reads it in its own code page. What is said in Chinese
rem stands in not-installed.txt, in UTF-8.
setlocal EnableExtensions DisableDelayedExpansion
set "CELADON_PLACE=%~dp0.."
if exist "%CELADON_PLACE%\current" goto start
set "CELADON_PLACE=%LOCALAPPDATA%\celadon"
if defined CELADON_HOME set "CELADON_PLACE=%CELADON_HOME%"
if exist "%CELADON_PLACE%\current" goto start
if not exist "%~dp0not-installed.txt" exit /b 2
set "CELADON_PAGE="
for /f "tokens=2 delims=:." %%p in ('chcp') do set "CELADON_PAGE=%%p"
chcp 65001 >nul
type "%~dp0not-installed.txt"
if defined CELADON_PAGE chcp %CELADON_PAGE% >nul
exit /b 2

:start
set /p CELADON_ENVIRONMENT=<"%CELADON_PLACE%\current"
"%CELADON_PLACE%\%CELADON_ENVIRONMENT%\Scripts\python.exe" -I -m celadon %*
exit /b %ERRORLEVEL%
