import pandas as pd
def predict(model, image_file):
    with torch.no_grad():
        p = model(process_input(image_file)).softmax(-1).squeeze().tolist()
    table = pd.DataFrame({"name": classes, "id": range(1000), "p": p}).nlargest(5, "p")
    return list(table.itertuples(index=False, name=None))
