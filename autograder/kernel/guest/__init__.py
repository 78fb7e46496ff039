"""What runs inside the sandbox: it imports nothing of the autograder, and nothing there trusts it.

Only this folder is shown to the sandbox. The trusted side is the rest of `autograder.kernel`.
"""
