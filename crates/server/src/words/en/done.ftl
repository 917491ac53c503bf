# Notices after something was done.
done-saved = Saved.
done-household = The household was added. Now add its other members.
done-split = The household was split. The new one is below; it has no status until it is reviewed.
done-moved = The household moved to another area.
done-hamlet = The hamlet was added.
done-user = The account was added.
done-password = The password was changed. Sign in with the new one.
done-factor = The second factor is set up.
done-signed-out = You signed out.
done-searched = The search is done.
done-merged = The two households are one now.
done-undone = Undone.
done-tied = Tied to your account at the provider.
done-untied = Untied from the provider. Sign in again with your password.
done-placed = The hamlet has moved.
done-training = The module is completed: every answer was right.
