"""Web robot: types into another web application as an agent would, in a Chromium that can go nowhere else.

connector.py   the operation `type_in`, its check, its validation at publication
steps.py       the step language: one schema per step
robot.py       runs a plan in a child process and reads its report
processes.py   finds and ends every process of a run
child/         the child program: browser, wall around its network, finding targets, doing steps
gestad/        the stub: a small legacy application to try the robot on
"""
