"""What each verb does once it is called: it asks a verb of the app and shows the answer."""
